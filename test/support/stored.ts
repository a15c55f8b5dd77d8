import type { TableName } from '../../shared/contract/contract.ts';
import type { World } from './world.ts';

const TABLE_NAMES = ['accounts', 'credentials', 'tokens', 'outbox'] as const satisfies readonly TableName[];

/** All that is stored, counters included, as one text to search in. */
export const everythingStored = async (world: World): Promise<string> =>
  JSON.stringify(await Promise.all(TABLE_NAMES.map((table) => world.rows(table))));

/** Members in one order on every level: the database keeps none. */
const ordered = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const rowsOfAllTables = async (world: World): Promise<Record<string, unknown>[]> => {
  const rowsOf = async (table: TableName) => (await world.rows(table)).map((row) => ({ table, ...row }));
  return (await Promise.all(TABLE_NAMES.map(rowsOf))).flat();
};

const asLines = (rows: readonly Record<string, unknown>[]): string[] =>
  rows.map((row) => JSON.stringify(row, ordered)).toSorted();

/** Every row of every table, each as one line: equal before and after means that nothing has changed, and nothing was counted. */
export const everyRow = async (world: World): Promise<string[]> => asLines(await rowsOfAllTables(world));

/** The same but for the counters of limits. */
export const storedRows = async (world: World): Promise<string[]> =>
  asLines((await rowsOfAllTables(world)).filter(({ sk }) => sk !== 'LIMIT'));

/** The entries of an account's security history, oldest first. */
export const eventsOf = async (world: World, accountId: string): Promise<Record<string, unknown>[]> =>
  (await world.rows('accounts'))
    .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('EVENT#'))
    .toSorted((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
