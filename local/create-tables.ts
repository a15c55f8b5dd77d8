import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableName } from '../shared/contract/contract.ts';
import { TABLES } from '../shared/contract/tables.ts';

/** The attributes of every table's key: partition and sort key. */
export const KEY_ATTRIBUTES = ['pk', 'sk'] as const;

/** The laptop's name for each table. */
export type LocalTables = Record<TableName, string>;

/** The physical names under a prefix, so that several sets can live in one database. */
export const localTables = (prefix: string): LocalTables => ({
  accounts: `${prefix}-accounts`,
  credentials: `${prefix}-credentials`,
  tokens: `${prefix}-tokens`,
  outbox: `${prefix}-outbox`,
});

/**
 * Creates the tables that aren't there yet.
 *
 * @returns the outbox's stream
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
      if (!(error instanceof Error) || error.name !== 'ResourceInUseException') throw error;
    }
  };

  await Promise.all((Object.keys(TABLES) as TableName[]).map(createOne));
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tables.outbox }));
  if (!Table?.LatestStreamArn) throw new Error(`the table ${tables.outbox} has no stream`);
  return { outboxStreamArn: Table.LatestStreamArn };
};
