import { isDeepStrictEqual } from 'node:util';
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

/** A table and a partition key. */
export type Partition = readonly [table: TableName, pk: string];

/** A saved state of rows. */
export interface KeptRows {
  /** Restores the rows, and removes others from their partitions. */
  restore(): Promise<void>;
}

/** The rows of the deployed tables, with the administrator's permissions. */
export interface Rows {
  /** Saves everything in these partitions. */
  keep(partitions: readonly Partition[]): Promise<KeptRows>;
  /** Partitions that mention an account, an address or a number, or a verification of those; without intents. */
  partitionsAbout(texts: readonly string[]): Promise<Partition[]>;
  /** Partitions of all waiting intents. */
  intents(): Promise<Partition[]>;
  /** Partitions of all sign-ups under way. The one that names an address by its MAC mentions it nowhere. */
  signUps(): Promise<Partition[]>;
  /**
   * Changes the rows of a partition that a condition selects. A member set to undefined is removed.
   * @throws Error where no row matches
   */
  edit(
    [table, pk]: Partition,
    isWanted: (sortKey: string) => boolean,
    change: (row: Record<string, unknown>) => object,
  ): Promise<void>;
  /** The rows of a partition that a condition selects. */
  read([table, pk]: Partition, isWanted: (sortKey: string) => boolean): Promise<Record<string, unknown>[]>;
  put(table: TableName, row: object): Promise<void>;
  /** Removes everything in a partition. */
  remove(partition: Partition): Promise<void>;
  /** Removes the counters and waits of requests and messages. */
  forgetCounters(): Promise<void>;
}

const SEARCHED_TABLES = ['accounts', 'credentials', 'tokens'] as const satisfies readonly TableName[];

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
const sameKey = (a: Row, b: Row): boolean => isDeepStrictEqual(keyOf(a), keyOf(b));

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

  const restore = async (partition: Partition, kept: readonly Row[]): Promise<void> => {
    const [table] = partition;
    const present = await query(partition);
    const added = present.filter((row) => !kept.some((one) => sameKey(one, row)));
    const changed = kept.filter((row) => !present.some((one) => isDeepStrictEqual(one, row)));
    await Promise.all([...added.map((row) => remove(table, row)), ...changed.map((row) => put(table, row))]);
  };

  return {
    keep: async (partitions) => {
      const kept = await Promise.all(partitions.map(async (partition) => [partition, await query(partition)] as const));
      return {
        restore: async () => {
          await Promise.all(kept.map(([partition, rows]) => restore(partition, rows)));
        },
      };
    },

    partitionsAbout: async (texts) => {
      const all = await Promise.all(SEARCHED_TABLES.map(async (table) => ({ table, rows: await scan(table) })));
      const about = (wanted: readonly string[]) =>
        all.flatMap(({ table, rows }) =>
          rows
            .filter((row) => wanted.some((text) => JSON.stringify(row).includes(text)))
            .map((row) => ({ table, row })),
        );
      const verifications = about(texts).flatMap(({ row }) => row.verificationId?.S ?? []);
      const found = about([...texts, ...verifications]).map(({ table, row }) => `${table} ${textOf(row)}`);
      return [...new Set(found)].map((line) => line.split(' ') as [TableName, string]);
    },

    signUps: async () => (await scan('tokens', keysOf(['SIGN_UP']))).map((row) => ['tokens', textOf(row)] as const),

    intents: async () => (await scan('outbox')).map((row) => ['outbox', textOf(row)] as const),

    edit: async (partition, isWanted, change) => {
      const wanted = (await query(partition)).filter(({ sk }) => isWanted(sk?.S ?? ''));
      if (wanted.length === 0) throw new Error(`there is no such row in ${partition.join(' ')}`);
      await Promise.all(
        wanted.map((row) => {
          const before = unmarshall(row);
          return put(partition[0], marshall({ ...before, ...change(before) }, { removeUndefinedValues: true }));
        }),
      );
    },

    read: async (partition, isWanted) =>
      (await query(partition)).filter(({ sk }) => isWanted(sk?.S ?? '')).map((row) => unmarshall(row)),

    put: async (table, row) => {
      await put(table, marshall(row));
    },

    remove: (partition) => restore(partition, []),

    forgetCounters: async () => {
      const counters = await scan('tokens', keysOf(COUNTERS));
      await Promise.all(counters.map((row) => remove('tokens', row)));
    },
  };
};
