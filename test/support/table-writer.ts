import type { TableName } from '../../shared/contract/contract.ts';
import type { World } from './world.ts';

type Rows = readonly Record<string, unknown>[];

/** Writes rows directly, without a flow: those of an older release, or of a day of other people's use. */
export const putRows = ({ database, tables }: World, table: TableName, rows: Rows): Promise<void> =>
  database.put(tables[table], rows);

/** Deletes rows directly, without a flow. @param rows as they were read */
export const removeRows = ({ database, tables }: World, table: TableName, rows: Rows): Promise<void> =>
  database.remove(tables[table], rows);
