import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE_EXISTS } from '../shared/aws/aws-errors.ts';
import type { TableName } from '../shared/contract/contract.ts';
import { TABLES } from '../shared/contract/tables.ts';

/** Partition and sort key of every table. */
export const KEY_ATTRIBUTES = ['pk', 'sk'] as const;

/** Before the names of the tables of a laptop's service. */
export const TABLE_PREFIX = 'keyturn';

/** Physical name of each table on a laptop. */
export type LocalTables = Record<TableName, string>;

/** Names with a prefix, so that one database can hold several sets of tables. */
export const localTables = (prefix: string): LocalTables => ({
  accounts: `${prefix}-accounts`,
  credentials: `${prefix}-credentials`,
  tokens: `${prefix}-tokens`,
  outbox: `${prefix}-outbox`,
});

/**
 * Creates missing tables.
 *
 * @returns the ARN of the outbox's stream
 */
export const createTables = async (
  client: DynamoDBClient,
  tables: LocalTables,
): Promise<{ outboxStreamArn: string }> => {
  const createOne = async (table: TableName): Promise<void> => {
    try {
      await client.send(
        new CreateTableCommand({
          TableName: tables[table],
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: KEY_ATTRIBUTES.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: KEY_ATTRIBUTES.map((AttributeName, index) => ({
            AttributeName,
            KeyType: index === 0 ? 'HASH' : 'RANGE',
          })),
          ...(TABLES[table].streams && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }),
        }),
      );
    } catch (error) {
      if (!(error instanceof Error) || error.name !== TABLE_EXISTS) throw error;
    }
  };

  await Promise.all((Object.keys(TABLES) as TableName[]).map(createOne));
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tables.outbox }));
  if (!Table?.LatestStreamArn) throw new Error(`the table ${tables.outbox} has no stream`);
  return { outboxStreamArn: Table.LatestStreamArn };
};
