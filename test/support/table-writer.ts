import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TableName } from '../../shared/contract/contract.ts';
import type { World } from './world.ts';

/** Writes rows directly, without a flow: those of an older release, or of a day of other people's use. */
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

/** Deletes rows directly, without a flow. @param rows as they were read */
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
