import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

interface RowCall {
  client: DynamoDBClient;
  /** Physical name of the table. */
  TableName: string;
  firstWord: string;
}

/** A row that doesn't exist: only the permission is tested, and nothing may change. */
const keyOf = (firstWord: string) => ({ pk: { S: `${firstWord}#nobody` }, sk: { S: 'NOBODY' } });

/** Always fails, because the row doesn't exist. */
const ConditionExpression = 'attribute_exists(pk)';

/** A harmless call of each action, by the action's name. */
export const ROW_CALLS: Readonly<Record<string, (call: RowCall) => Promise<unknown>>> = {
  'dynamodb:GetItem': ({ client, TableName, firstWord }) =>
    client.send(new GetItemCommand({ TableName, Key: keyOf(firstWord) })),
  'dynamodb:BatchGetItem': ({ client, TableName, firstWord }) =>
    client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [keyOf(firstWord)] } } })),
  'dynamodb:PutItem': ({ client, TableName, firstWord }) =>
    client.send(new PutItemCommand({ TableName, Item: keyOf(firstWord), ConditionExpression })),
  'dynamodb:UpdateItem': ({ client, TableName, firstWord }) =>
    client.send(new UpdateItemCommand({ TableName, Key: keyOf(firstWord), ConditionExpression })),
  'dynamodb:DeleteItem': ({ client, TableName, firstWord }) =>
    client.send(new DeleteItemCommand({ TableName, Key: keyOf(firstWord), ConditionExpression })),
  'dynamodb:ConditionCheckItem': ({ client, TableName, firstWord }) => {
    const ConditionCheck = { TableName, Key: keyOf(firstWord), ConditionExpression };
    return client.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck }] }));
  },
  'dynamodb:Query': ({ client, TableName, firstWord }) =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': keyOf(firstWord).pk },
        Limit: 1,
      }),
    ),
};

/** A read without a key, which no function may do. */
export const scan = (client: DynamoDBClient, TableName: string): Promise<unknown> =>
  client.send(new ScanCommand({ TableName, Limit: 1 }));
