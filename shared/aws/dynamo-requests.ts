import type {
  DeleteItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { TableName } from '../contract/contract.ts';
import type { Attributes } from './attribute-values.ts';
import type { ExpressionParts, Key, NewestQuery, Write } from './dynamo.ts';

/** Physical name of each table that a contract names. */
export type PhysicalTables = { readonly [table in TableName]?: string };

type WriteOf<Kind extends Write['kind']> = Extract<Write, { kind: Kind }>;

const WITH_THE_ROW_IN_THE_WAY = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** Aliases every attribute, because many names are reserved in DynamoDB. */
const aliases = (expressions: readonly string[], names: Record<string, string> = {}) => {
  const used = expressions.join(' ').match(/#\w+/g);
  return (
    used && { ExpressionAttributeNames: Object.fromEntries(used.map((name) => [name, names[name] ?? name.slice(1)])) }
  );
};

const conditioned = (condition: string | undefined) => ({
  ...(condition !== undefined && { ConditionExpression: condition }),
  ...WITH_THE_ROW_IN_THE_WAY,
});

const physicalName = (tables: PhysicalTables, table: TableName): string => {
  const name = tables[table];
  if (!name) throw new Error(`the contract does not name the table ${table}`);
  return name;
};

/**
 * Makes the builder of requests to the tables that a contract names.
 *
 * @param marshall the form of values that the client takes
 */
export const makeRequests = (tables: PhysicalTables, marshall: (values: Record<string, unknown>) => Attributes) => {
  const parts = (expressions: readonly string[], { names, values }: ExpressionParts) => ({
    ...aliases(expressions, names),
    ...(values && { ExpressionAttributeValues: marshall(values) }),
  });

  /** Table and key of a row. */
  const place = (table: TableName, { pk, sk }: Key) => ({
    TableName: physicalName(tables, table),
    Key: marshall({ pk, sk }),
  });

  const put = (write: WriteOf<'put'>) =>
    ({
      TableName: physicalName(tables, write.table),
      Item: marshall(write.item),
      ...conditioned(write.condition),
      ...parts([write.condition ?? ''], write),
    }) satisfies PutItemCommandInput;

  const update = (write: WriteOf<'update'>) =>
    ({
      ...place(write.table, write.key),
      UpdateExpression: write.update,
      ...conditioned(write.condition),
      ...parts([write.update, write.condition ?? ''], write),
    }) satisfies UpdateItemCommandInput;

  const remove = (write: WriteOf<'delete'>) =>
    ({
      ...place(write.table, write.key),
      ...conditioned(write.condition),
      ...parts([write.condition ?? ''], write),
    }) satisfies DeleteItemCommandInput;

  const check = (write: WriteOf<'check'>) => ({
    ...place(write.table, write.key),
    ConditionExpression: write.condition,
    ...WITH_THE_ROW_IN_THE_WAY,
    ...parts([write.condition], write),
  });

  return {
    place,
    put,
    update,
    delete: remove,
    /** The rows of one partition, the highest sort key first. */
    newest: ({ table, pk, range, limit }: NewestQuery) =>
      ({
        TableName: physicalName(tables, table),
        KeyConditionExpression: range ? '#pk = :pk AND #sk BETWEEN :from AND :to' : '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk', ...(range && { '#sk': 'sk' }) },
        ExpressionAttributeValues: marshall({ ':pk': pk, ...(range && { ':from': range.from, ':to': range.to }) }),
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: limit,
      }) satisfies QueryCommandInput,
    /** The same from the lowest on. */
    oldest: ({ table, pk, after, limit }: { table: TableName; pk: Key['pk']; after: string | null; limit: number }) =>
      ({
        TableName: physicalName(tables, table),
        KeyConditionExpression: after === null ? '#pk = :pk' : '#pk = :pk AND #sk > :after',
        ExpressionAttributeNames: { '#pk': 'pk', ...(after !== null && { '#sk': 'sk' }) },
        ExpressionAttributeValues: marshall({ ':pk': pk, ...(after !== null && { ':after': after }) }),
        ConsistentRead: true,
        Limit: limit,
      }) satisfies QueryCommandInput,
    /** One element of a TransactWriteItems. */
    transactItem: (write: Write): TransactWriteItem => {
      switch (write.kind) {
        case 'put':
          return { Put: put(write) };
        case 'update':
          return { Update: update(write) };
        case 'delete':
          return { Delete: remove(write) };
        case 'check':
          return { ConditionCheck: check(write) };
      }
    },
    /** The keys of several rows, as BatchGetItem wants them. */
    keysByTable: (reads: readonly { table: TableName; key: Key }[]) => {
      const requests: Record<string, { Keys: Attributes[]; ConsistentRead: true }> = {};
      for (const { table, key } of reads) {
        const { TableName, Key } = place(table, key);
        requests[TableName] ??= { Keys: [], ConsistentRead: true };
        requests[TableName].Keys.push(Key);
      }
      return requests;
    },
  };
};
