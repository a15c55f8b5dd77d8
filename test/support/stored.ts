import type { TableName } from '../../shared/http/contract.ts';
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

/**
 * Every row of every table but the counters of limits, each as one line: equal before and after means that nothing
 * has changed.
 */
export const storedRows = async (world: World): Promise<string[]> => {
  const rowsOf = async (table: TableName) => (await world.rows(table)).map((row) => ({ table, ...row }));
  const rows: Record<string, unknown>[] = (await Promise.all(TABLE_NAMES.map(rowsOf))).flat();
  return rows
    .filter(({ sk }) => sk !== 'LIMIT')
    .map((row) => JSON.stringify(row, ordered))
    .toSorted();
};

/** The entries of an account's security history, oldest first. */
export const eventsOf = async (world: World, accountId: string): Promise<Record<string, unknown>[]> =>
  (await world.rows('accounts'))
    .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('EVENT#'))
    .toSorted((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
