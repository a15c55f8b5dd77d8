import type { TableName } from '../../shared/contract/contract.ts';
import type { World } from './world.ts';

const TABLE_NAMES = ['accounts', 'credentials', 'tokens', 'outbox'] as const satisfies readonly TableName[];

/** Everything stored, counters included, as one text. */
export const everythingStored = async (world: World): Promise<string> =>
  JSON.stringify(await Promise.all(TABLE_NAMES.map((table) => world.rows(table))));

/** Every row of every table, with the table's name beside its attributes. */
export const rowsOfAllTables = async (world: World): Promise<Record<string, unknown>[]> => {
  const rowsOf = async (table: TableName) => (await world.rows(table)).map((row) => ({ table, ...row }));
  return (await Promise.all(TABLE_NAMES.map(rowsOf))).flat();
};

const asLines = (rows: readonly Record<string, unknown>[]): string[] =>
  rows.map((row) => JSON.stringify(row)).toSorted();

/** Every row of every table, one a line: equal before and after means that nothing was written or counted. */
export const everyRow = async (world: World): Promise<string[]> => asLines(await rowsOfAllTables(world));

/** The same without the counters of limits. */
export const storedRows = async (world: World): Promise<string[]> =>
  asLines((await rowsOfAllTables(world)).filter(({ sk }) => sk !== 'LIMIT'));

/** An account's security history, oldest first. */
export const eventsOf = async (world: World, accountId: string): Promise<Record<string, unknown>[]> =>
  (await world.rows('accounts'))
    .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('EVENT#'))
    .toSorted((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
