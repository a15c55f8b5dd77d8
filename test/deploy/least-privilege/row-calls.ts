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
  /** What follows the first word in the partition's key. */
  name: string;
}

/** A row that doesn't exist: only the permission is tested, and nothing may change. */
const keyOf = ({ firstWord, name }: RowCall) => ({ pk: { S: `${firstWord}#${name}` }, sk: { S: 'NOBODY' } });

/** Always fails, because the row doesn't exist. */
const ConditionExpression = 'attribute_exists(pk)';

/** A harmless call of each action, by the action's name. */
export const ROW_CALLS: Readonly<Record<string, (call: RowCall) => Promise<unknown>>> = {
  'dynamodb:GetItem': (call) => call.client.send(new GetItemCommand({ TableName: call.TableName, Key: keyOf(call) })),
  'dynamodb:BatchGetItem': (call) =>
    call.client.send(new BatchGetItemCommand({ RequestItems: { [call.TableName]: { Keys: [keyOf(call)] } } })),
  'dynamodb:PutItem': (call) =>
    call.client.send(new PutItemCommand({ TableName: call.TableName, Item: keyOf(call), ConditionExpression })),
  'dynamodb:UpdateItem': (call) =>
    call.client.send(new UpdateItemCommand({ TableName: call.TableName, Key: keyOf(call), ConditionExpression })),
  'dynamodb:DeleteItem': (call) =>
    call.client.send(new DeleteItemCommand({ TableName: call.TableName, Key: keyOf(call), ConditionExpression })),
  'dynamodb:ConditionCheckItem': (call) => {
    const ConditionCheck = { TableName: call.TableName, Key: keyOf(call), ConditionExpression };
    return call.client.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck }] }));
  },
  'dynamodb:Query': (call) =>
    call.client.send(
      new QueryCommand({
        TableName: call.TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': keyOf(call).pk },
        Limit: 1,
      }),
    ),
};

/** A read without a key, which no function may do. */
export const scan = (client: DynamoDBClient, TableName: string): Promise<unknown> =>
  client.send(new ScanCommand({ TableName, Limit: 1 }));
