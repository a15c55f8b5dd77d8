import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { accountRow } from '../../shared/account/accounts.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import type { Dynamo, Item, Key } from '../../shared/aws/dynamo.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { OPERATOR_EVENT_SECONDS, operatorActLine } from '../command/operator-act.ts';
import { inParts, pagesOf } from '../command/scan-table.ts';
import type { AfterRestoreArguments, RestoredTables } from './read-arguments.ts';
import { type SettleDeps, type Settled, settleAccount } from './settle-account.ts';

/** Accounts settled at once: nobody else uses the tables, and a million of them is one long night otherwise. */
const AT_ONCE = 25;

export interface SettleTablesOptions extends Omit<AfterRestoreArguments, 'yes'> {
  client: DynamoDBClient;
  /** Who runs the command: the ARN that AWS gives. */
  by: string;
  clock: Clock;
  /** Takes one line for the operator: numbers, and ids of accounts to look at. */
  say: (line: string) => void;
  /** Takes a line for the operator's own log. */
  report: (line: string) => void;
}

/** What is counted, and what is said of it. */
const COUNTED = {
  settled: 'settled',
  already: 'settled before',
  erased: 'to be erased again by the next run of erase-accounts',
  restarted: 'with a deletion that begins anew',
  cancelled: 'whose deletion was cancelled since',
  voided: 'with a void password, because something ended their sessions since or the backup has none',
  suspended: 'suspended',
  lifted: 'whose suspension was lifted since',
  unreadable: 'not readable by this version',
  orphans: 'rows of Credentials removed that no account has',
} as const;

type Counts = Record<keyof typeof COUNTED, number>;

const noneCounted = (): Counts =>
  Object.fromEntries(Object.keys(COUNTED).map((name) => [name, 0])) as unknown as Counts;

const count = (counts: Counts, settled: Settled): void => {
  counts[settled.outcome] += 1;
  if (settled.outcome !== 'settled') return;
  const { deletion, suspension, voidsPassword } = settled.decision;
  if (deletion.act === 'erase') counts.erased += 1;
  if (deletion.act === 'restart') counts.restarted += 1;
  if (deletion.act === 'cancel') counts.cancelled += 1;
  if (voidsPassword) counts.voided += 1;
  if (suspension === 'set') counts.suspended += 1;
  if (suspension === 'lift') counts.lifted += 1;
};

const openTables = (tables: Partial<RestoredTables>, clock: Clock): Dynamo =>
  makeDynamo({ client: openSdkDynamoClient({ clock }), config: { tables }, randomness: csprng });

/**
 * Settles every account of restored tables: ends what was begun in the time that a backup knows nothing of, takes over from a later state what must not be
 * undone, and removes credentials of no account, as of one that was made between the backups of the two tables. It may be stopped and run again.
 *
 * @returns `false` where accounts can't be read: they are as the backup has them, and the tables must not go into service
 * @throws StillInService where an account is changed meanwhile; StoreUnavailable, or what the SDK throws
 */
export const settleTables = async (options: SettleTablesOptions): Promise<boolean> => {
  const { restored, newer, restoredToEpochSeconds, dryRun, client, by, clock, say, report } = options;
  const dynamo = openTables(restored, clock);
  const parts = { clock, randomness: csprng };
  const reason = `restored from the backup of ${toRfc3339(restoredToEpochSeconds)}`;
  const deps: SettleDeps = {
    ...parts,
    dynamo,
    newer: newer === null ? null : openTables({ accounts: newer }, clock),
    restoredToEpochSeconds,
    operator: { by, reason },
    recordEventWrite: makeRecordEventWrite({ ...parts, retentionSeconds: OPERATOR_EVENT_SECONDS }),
    recordIntentWrite: makeRecordIntentWrite(parts),
    dryRun,
  };
  const counts = noneCounted();

  const settle = async (item: Item): Promise<void> => {
    const settled = await settleAccount(deps, item);
    count(counts, settled);
    if (settled.outcome === 'settled' && settled.decision.isDoubtful)
      say(`look at ${settled.accountId}: its address is another since, so it is suspended`);
  };
  for await (const { items } of pagesOf(client, restored.accounts)) {
    const accounts = items.filter(({ sk }) => sk === 'ACCOUNT');
    await inParts(accounts, { atOnce: AT_ONCE, work: settle });
  }

  const removeOrphan = async ({ pk, sk }: Item): Promise<void> => {
    const accountId = String(pk).slice(String(pk).indexOf('#') + 1);
    if (await dynamo.get('accounts', accountRow.key(accountId))) return;
    counts.orphans += 1;
    if (!dryRun) await dynamo.write({ kind: 'delete', table: 'credentials', key: { pk, sk } as Key });
  };
  for await (const { items } of pagesOf(client, restored.credentials))
    await inParts(items, { atOnce: AT_ONCE, work: removeOrphan });

  for (const [name, text] of Object.entries(COUNTED)) {
    const number = counts[name as keyof Counts];
    if (number > 0) say(`${dryRun ? 'would be: ' : ''}${number} ${text}`);
  }
  report(
    operatorActLine({ atMs: clock.nowMs(), act: 'after-restore', by, reason, more: { dry_run: dryRun, ...counts } }),
  );
  return counts.unreadable === 0;
};
