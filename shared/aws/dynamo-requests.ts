import type {
  DeleteItemCommandInput,
  PutItemCommandInput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TableName } from '../contract/contract.ts';
import type { ExpressionParts, Key, Write } from './dynamo.ts';

/** Physical name of each table that a contract names. */
export type PhysicalTables = { readonly [table in TableName]?: string };

type WriteOf<Kind extends Write['kind']> = Extract<Write, { kind: Kind }>;

const MARSHALL_OPTIONS = { removeUndefinedValues: true };
const WITH_THE_ROW_IN_THE_WAY = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** Aliases every attribute, because many names are reserved in DynamoDB. */
const aliases = (expressions: readonly string[], names: Record<string, string> = {}) => {
  const used = expressions.join(' ').match(/#\w+/g);
  return (
    used && { ExpressionAttributeNames: Object.fromEntries(used.map((name) => [name, names[name] ?? name.slice(1)])) }
  );
};

const parts = (expressions: readonly string[], { names, values }: ExpressionParts) => ({
  ...aliases(expressions, names),
  ...(values && { ExpressionAttributeValues: marshall(values, MARSHALL_OPTIONS) }),
});

const conditioned = (condition: string | undefined) => ({
  ...(condition !== undefined && { ConditionExpression: condition }),
  ...WITH_THE_ROW_IN_THE_WAY,
});

/** Physical name of a table. */
export const physicalName = (tables: PhysicalTables, table: TableName): string => {
  const name = tables[table];
  if (!name) throw new Error(`the contract does not name the table ${table}`);
  return name;
};

/** Table and key of a row in the SDK's form. */
export const placeOf = (tables: PhysicalTables, table: TableName, { pk, sk }: Key) => ({
  TableName: physicalName(tables, table),
  Key: marshall({ pk, sk }),
});

export const putRequest = (tables: PhysicalTables, write: WriteOf<'put'>) =>
  ({
    TableName: physicalName(tables, write.table),
    Item: marshall(write.item, MARSHALL_OPTIONS),
    ...conditioned(write.condition),
    ...parts([write.condition ?? ''], write),
  }) satisfies PutItemCommandInput;

export const updateRequest = (tables: PhysicalTables, write: WriteOf<'update'>) =>
  ({
    ...placeOf(tables, write.table, write.key),
    UpdateExpression: write.update,
    ...conditioned(write.condition),
    ...parts([write.update, write.condition ?? ''], write),
  }) satisfies UpdateItemCommandInput;

export const deleteRequest = (tables: PhysicalTables, write: WriteOf<'delete'>) =>
  ({
    ...placeOf(tables, write.table, write.key),
    ...conditioned(write.condition),
    ...parts([write.condition ?? ''], write),
  }) satisfies DeleteItemCommandInput;

const checkRequest = (tables: PhysicalTables, write: WriteOf<'check'>) => ({
  ...placeOf(tables, write.table, write.key),
  ConditionExpression: write.condition,
  ...WITH_THE_ROW_IN_THE_WAY,
  ...parts([write.condition], write),
});

/** One element of a TransactWriteItems. */
export const transactItem = (tables: PhysicalTables, write: Write): TransactWriteItem => {
  switch (write.kind) {
    case 'put':
      return { Put: putRequest(tables, write) };
    case 'update':
      return { Update: updateRequest(tables, write) };
    case 'delete':
      return { Delete: deleteRequest(tables, write) };
    case 'check':
      return { ConditionCheck: checkRequest(tables, write) };
  }
};

/** The keys of several rows, as BatchGetItem wants them. */
export const keysByTable = (tables: PhysicalTables, reads: readonly { table: TableName; key: Key }[]) => {
  const requests: Record<string, { Keys: ReturnType<typeof placeOf>['Key'][]; ConsistentRead: true }> = {};
  for (const { table, key } of reads) {
    const { TableName, Key } = placeOf(tables, table, key);
    requests[TableName] ??= { Keys: [], ConsistentRead: true };
    requests[TableName].Keys.push(Key);
  }
  return requests;
};
