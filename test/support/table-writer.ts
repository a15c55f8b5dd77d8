import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TableName } from '../../shared/contract/contract.ts';
import type { World } from './world.ts';

/** Puts rows past the flows: what an older release or a whole day of other people has left behind. */
export const putRows = async (
  { proxy, tables }: World,
  table: TableName,
  rows: readonly Record<string, unknown>[],
): Promise<void> => {
  const client = new DynamoDBClient({ endpoint: proxy.endpoint });
  const put = (row: Record<string, unknown>) =>
    client.send(new PutItemCommand({ TableName: tables[table], Item: marshall(row) }));
  await Promise.all(rows.map(put));
  client.destroy();
};

/** Removes rows past the flows. @param rows as they were read */
export const removeRows = async (
  { proxy, tables }: World,
  table: TableName,
  rows: readonly Record<string, unknown>[],
): Promise<void> => {
  const client = new DynamoDBClient({ endpoint: proxy.endpoint });
  const remove = ({ pk, sk }: Record<string, unknown>) =>
    client.send(new DeleteItemCommand({ TableName: tables[table], Key: marshall({ pk, sk }) }));
  await Promise.all(rows.map(remove));
  client.destroy();
};
