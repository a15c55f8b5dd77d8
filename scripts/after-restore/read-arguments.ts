import {
  COMMON_USAGE,
  type CommonArguments,
  readCommandLine,
  readResources,
  SWITCH,
  TEXT,
} from '../command/command-line.ts';

export const USAGE = `Makes restored tables safe before they go into service. Run it while all functions are stopped (docs/operating.md, "Restore from a backup").

  npm run after-restore -- --outputs cdk-outputs.json [--stack Keyturn] --at 2026-01-31T12:00:00Z [--lost] [--dry-run]
  npm run after-restore -- --accounts <restored> --credentials <restored> --outbox <OutboxTable> --at <time> (--newer <Accounts> | --lost)

Where the package is installed it is "npx keyturn-after-restore" instead of "npm run after-restore --".

  --at      the moment that the backup is of, as RFC 3339 has it
  --newer   Accounts as it was later: the table that is to be replaced, or one from a later backup. What was erased, suspended, cancelled or
            changed since is taken from there
  --lost    there is none: deletions that were asked for begin anew, and what else happened since the backup is not known
  --dry-run counts, and changes nothing
  --yes     acts without asking

With --outputs the restored tables are <AccountsTable>-restored and <CredentialsTable>-restored, and --newer is AccountsTable.

${COMMON_USAGE} They need
dynamodb:Scan, GetItem, PutItem, UpdateItem and DeleteItem on the restored tables, PutItem on Outbox, GetItem on the newer table; of the key
of Credentials, kms:Decrypt.

Status 0: all accounts are settled. Status 1: some can't be read, or it was stopped; run it again. Status 2: it was called wrongly.`;

/** Physical names of the restored tables, and of the one that messages go to. */
export interface RestoredTables {
  accounts: string;
  credentials: string;
  outbox: string;
}

/** Arguments of the command. */
export interface AfterRestoreArguments extends CommonArguments {
  restored: RestoredTables;
  /** Physical name of a later state of Accounts; `null` where there is none. */
  newer: string | null;
  /** What the backup is of. */
  restoredToEpochSeconds: number;
  dryRun: boolean;
  /** Whether it is done without a question. */
  yes: boolean;
}

/** How docs/operating.md names the tables that a restore makes. */
const SUFFIX = '-restored';

/** @see RFC 3339 §5.6 */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

const OPTIONS = {
  accounts: TEXT,
  credentials: TEXT,
  outbox: TEXT,
  newer: TEXT,
  lost: SWITCH,
  at: TEXT,
  'dry-run': SWITCH,
  yes: SWITCH,
} as const;

const timeOf = (at: string, nowMs: number): number => {
  const ms = RFC_3339.test(at) ? Date.parse(at) : Number.NaN;
  if (!(ms <= nowMs)) throw new Error('give --at, a moment in the past such as 2026-01-31T12:00:00Z');
  return Math.floor(ms / 1000);
};

/**
 * Reads the command line.
 *
 * @param nowMs the present
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[], nowMs: number): AfterRestoreArguments | null => {
  const line = readCommandLine(args, { options: OPTIONS, most: 0 });
  if (!line) return null;
  const { region, lost, 'dry-run': dryRun, yes, at = '', outputs, newer: named } = line.values;
  const found = readResources(line.values, {
    accounts: 'AccountsTable',
    credentials: 'CredentialsTable',
    outbox: 'OutboxTable',
  });
  const isNamed = outputs === undefined;
  const nameOf = (table: string): string => (isNamed ? table : `${table}${SUFFIX}`);
  const restored = { ...found, accounts: nameOf(found.accounts), credentials: nameOf(found.credentials) };
  const newer = named ?? (lost || isNamed ? null : found.accounts);
  if (lost && named !== undefined) throw new Error('give --newer or --lost, not both');
  if (!lost && newer === null) throw new Error('say where Accounts is as it was later: --newer, or --lost');
  if (newer === restored.accounts)
    throw new Error('--newer is the restored table itself: name the one that it replaces');
  return { region, restored, newer, restoredToEpochSeconds: timeOf(at, nowMs), dryRun, yes };
};
