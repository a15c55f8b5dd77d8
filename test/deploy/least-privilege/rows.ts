import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { TableName } from '../../../shared/contract/contract.ts';

type Row = Record<string, AttributeValue>;

/** A row as the service knows it. */
type StoredRow = Record<string, unknown>;

/** A table and a partition key. */
export type Partition = readonly [table: TableName, pk: string];

/** The rows of the deployed tables, with the administrator's permissions. */
export interface Rows {
  /** Partitions of all waiting intents. */
  intents(): Promise<Partition[]>;
  /**
   * Changes the rows of a partition or a table that a condition selects. A member set to undefined is removed.
   * @throws Error where no row matches
   */
  edit(
    where: Partition | TableName,
    isWanted: (row: StoredRow) => boolean,
    change: (row: StoredRow) => object,
  ): Promise<void>;
  /** The rows of a partition that a condition selects. */
  read(partition: Partition, isWanted: (row: StoredRow) => boolean): Promise<StoredRow[]>;
  put(table: TableName, row: object): Promise<void>;
  /** Removes everything in a partition. */
  remove(partition: Partition): Promise<void>;
  /** Removes the counters and waits of requests and messages. */
  forgetCounters(): Promise<void>;
}

/** First words of counters and waits. */
const COUNTERS = ['LIMIT', 'RESEND', 'SMS_BUDGET', 'SMS_BREAKER'];

/** Rows whose keys begin with one of these words, and of those the keys: the rest would be most of what a scan brings. */
const keysOf = (firstWords: readonly string[]) => ({
  FilterExpression: firstWords.map((_, index) => `begins_with(pk, :word${index})`).join(' OR '),
  ExpressionAttributeValues: Object.fromEntries(firstWords.map((word, index) => [`:word${index}`, { S: `${word}#` }])),
  ProjectionExpression: 'pk, sk',
});

const textOf = ({ pk }: Row): string => pk?.S ?? '';
const keyOf = ({ pk, sk }: Row): Row => ({ ...(pk && { pk }), ...(sk && { sk }) });

/** Makes it. */
export const openRows = (client: DynamoDBClient, tableNames: Readonly<Record<TableName, string>>): Rows => {
  const query = async ([table, pk]: Partition): Promise<Row[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableNames[table],
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      }),
    );
    return Items;
  };
  const scan = async (table: TableName, only: Partial<ReturnType<typeof keysOf>> = {}): Promise<Row[]> => {
    const rows: Row[] = [];
    let start: Row | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ ...only, TableName: tableNames[table], ConsistentRead: true, ExclusiveStartKey: start }),
      );
      rows.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start);
    return rows;
  };
  const put = (table: TableName, row: Row) =>
    client.send(new PutItemCommand({ TableName: tableNames[table], Item: row }));
  const remove = (table: TableName, row: Row) =>
    client.send(new DeleteItemCommand({ TableName: tableNames[table], Key: keyOf(row) }));

  return {
    intents: async () => (await scan('outbox')).map((row) => ['outbox', textOf(row)] as const),

    edit: async (where, isWanted, change) => {
      const [table, present] = typeof where === 'string' ? [where, await scan(where)] : [where[0], await query(where)];
      const wanted = present.map((row) => unmarshall(row)).filter(isWanted);
      if (wanted.length === 0) throw new Error(`there is no such row in ${[where].flat().join(' ')}`);
      await Promise.all(
        wanted.map((row) => put(table, marshall({ ...row, ...change(row) }, { removeUndefinedValues: true }))),
      );
    },

    read: async (partition, isWanted) => (await query(partition)).map((row) => unmarshall(row)).filter(isWanted),

    put: async (table, row) => {
      await put(table, marshall(row));
    },

    remove: async (partition) => {
      await Promise.all((await query(partition)).map((row) => remove(partition[0], row)));
    },

    forgetCounters: async () => {
      const counters = await scan('tokens', keysOf(COUNTERS));
      await Promise.all(counters.map((row) => remove('tokens', row)));
    },
  };
};
