import type { DynamoCall } from './dynamo-proxy.ts';

type Attributes = Record<string, { S: string }>;

/** A request, or one part of a transaction. */
interface Request {
  TableName: string;
  Key?: Attributes;
  Item?: Attributes;
  KeyConditionExpression?: string;
  ExpressionAttributeValues?: Attributes;
}

/**
 * IAM actions for each part of a transaction; the transaction itself has none.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const ACTIONS_OF_PARTS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

const SINGLE_OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];

const need = (action: string, table: string, key: Attributes | undefined): string => {
  const firstWord = /^([A-Z_]+)#/.exec(key?.pk?.S ?? '')?.[1];
  if (!firstWord) throw new Error(`${action} on ${table} has a partition key without a first word`);
  return `${table} ${firstWord} dynamodb:${action}`;
};

/** Partition of a query, IAM's only leading key for it. */
const queriedKey = ({ KeyConditionExpression, ExpressionAttributeValues }: Request): Attributes | undefined => {
  const isOfOnePartition = /^#pk = :pk(?: AND #sk (?:BETWEEN :from AND :to|> :after))?$/.test(
    String(KeyConditionExpression),
  );
  if (!isOfOnePartition) throw new Error(`a query by ${KeyConditionExpression}`);
  return ExpressionAttributeValues?.[':pk'] && { pk: ExpressionAttributeValues[':pk'] };
};

/**
 * The permissions that IAM requires for a call, as `table firstWord action` for each partition key in it, the values of
 * the condition key `dynamodb:LeadingKeys`. A batch requires its own action on each table, with all keys; a transaction
 * requires the action of each part.
 * @throws Error for an unknown operation, so that it doesn't count as needing nothing
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export const tableNeedsOf = ({ operation, body }: DynamoCall): string[] => {
  if (operation === 'BatchGetItem') {
    const byTable = Object.entries(body.RequestItems as Record<string, { Keys: Attributes[] }>);
    return byTable.flatMap(([table, { Keys }]) => Keys.map((key) => need(operation, table, key)));
  }
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const parts = (body.TransactItems as Record<string, Request>[]).flatMap((item) => Object.entries(item));
    return parts.map(([kind, { TableName, Key, Item }]) =>
      need(ACTIONS_OF_PARTS[kind] ?? kind, TableName, Key ?? Item),
    );
  }
  const request = body as unknown as Request;
  if (operation === 'Query') return [need(operation, request.TableName, queriedKey(request))];
  if (!SINGLE_OPERATIONS.includes(operation)) throw new Error(`what does ${operation} need?`);
  return [need(operation, request.TableName, request.Key ?? request.Item)];
};
