import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { LocalTables } from './create-tables.ts';

/** Whether any of the tables has a row. */
export const hasRows = async (client: DynamoDBClient, tables: LocalTables): Promise<boolean> => {
  const pages = await Promise.all(
    Object.values(tables).map((TableName) => client.send(new ScanCommand({ TableName, Limit: 1 }))),
  );
  return pages.some(({ Items = [] }) => Items.length > 0);
};
