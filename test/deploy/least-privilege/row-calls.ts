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
  /** The table's name. */
  TableName: string;
  firstWord: string;
}

/** Nobody's row: what is asked is whether the call is let through, and it must change nothing where it is. */
const keyOf = (firstWord: string) => ({ pk: { S: `${firstWord}#nobody` }, sk: { S: 'NOBODY' } });

/** Never true of a row that isn't there. */
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

/** A read that names no row; no function may do that. */
export const scan = (client: DynamoDBClient, TableName: string): Promise<unknown> =>
  client.send(new ScanCommand({ TableName, Limit: 1 }));
