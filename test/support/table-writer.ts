import type { TableName } from '../../shared/contract/contract.ts';
import type { World } from './world.ts';

type Rows = readonly Record<string, unknown>[];

/** Puts rows past the flows: what an older release or a whole day of other people has left behind. */
export const putRows = ({ database, tables }: World, table: TableName, rows: Rows): Promise<void> =>
  database.put(tables[table], rows);

/** Removes rows past the flows. @param rows as they were read */
export const removeRows = ({ database, tables }: World, table: TableName, rows: Rows): Promise<void> =>
  database.remove(tables[table], rows);
