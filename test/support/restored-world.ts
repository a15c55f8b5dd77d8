import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, localTables } from '../../local/create-tables.ts';
import { settleTables } from '../../scripts/after-restore/settle-tables.ts';
import type { TableName } from '../../shared/contract/contract.ts';
import { ALICE } from './operator.ts';
import { putRows } from './table-writer.ts';
import { startWorld, type World } from './world.ts';

type Rows = Readonly<Record<TableName, readonly Record<string, unknown>[]>>;

/** Root of the keyring in the service that is lost and in the one that takes its place: base64url. */
export const KEPT_ROOT = Buffer.alloc(32, 'kept').toString('base64url');

const TABLES = ['accounts', 'credentials', 'tokens', 'outbox'] as const satisfies readonly TableName[];

/** Every row that a service has: what a backup of all its tables would hold. */
export const takeBackup = async (world: World): Promise<Rows> =>
  Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await world.rows(table)]))) as Rows;

/** What the command after a restore has said. */
export interface SettledWorld {
  isComplete: boolean;
  /** For the operator. */
  lines: string[];
  /** The line for the operator's own log. */
  report: Record<string, unknown>;
}

/** Names of the tables that a later state of Accounts is put into. */
const NEWER = localTables('newer');

/** Runs the command in a world whose tables were restored. @param newer a later state of Accounts; `null` where it is lost */
export const settle = async (
  world: World,
  {
    backupMs,
    newer,
    dryRun = false,
  }: { backupMs: number; newer: readonly Record<string, unknown>[] | null; dryRun?: boolean },
): Promise<SettledWorld> => {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = world.proxy.endpoint; // another world may have been started since
  const client = new DynamoDBClient();
  const lines: string[] = [];
  const reports: string[] = [];
  try {
    if (newer) {
      await createTables(client, NEWER);
      await world.database.put(NEWER.accounts, newer);
    }
    const isComplete = await settleTables({
      restored: world.tables,
      newer: newer && NEWER.accounts,
      restoredToEpochSeconds: Math.floor(backupMs / 1000),
      dryRun,
      client,
      by: ALICE,
      clock: world.clock,
      say: (line) => lines.push(line),
      report: (line) => reports.push(line),
    });
    return { isComplete, lines, report: JSON.parse(reports.join()) };
  } finally {
    client.destroy();
  }
};

/**
 * A new service with the tables of a backup and the keyring of before: as docs/operating.md has it, Accounts and Credentials, with Tokens and Outbox
 * empty. What has expired is there, because time to live removes nothing from a backup.
 *
 * @param nowMs when it goes into service
 */
export const startRestored = async (
  backup: Rows,
  { nowMs, tables = ['accounts', 'credentials'] }: { nowMs: number; tables?: readonly TableName[] },
): Promise<World> => {
  const world = await startWorld({ rootSecret: KEPT_ROOT });
  world.clock.advance((nowMs - world.clock.nowMs()) / 1000);
  for (const table of tables) await putRows(world, table, backup[table]);
  return world;
};
