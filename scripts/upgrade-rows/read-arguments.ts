import {
  COMMON_USAGE,
  type CommonArguments,
  readCommandLine,
  readResources,
  SWITCH,
  TEXT,
} from '../command/command-line.ts';
import type { LastingTable } from './lasting-rows.ts';

export const USAGE = `Stores accounts, credentials and sessions that an older release wrote in the version that this release writes.

  npm run upgrade-rows -- --outputs cdk-outputs.json [--stack Keyturn] [--dry-run]
  npm run upgrade-rows -- --accounts <AccountsTable> --credentials <CredentialsTable> --tokens <TokensTable> [--dry-run]

Where the package is installed it is "npx keyturn-upgrade-rows" instead of "npm run upgrade-rows --". It writes the version of its own
release: that must be the one in service.

  --dry-run         says what would be upgraded, and changes nothing
${COMMON_USAGE} They need, of the three tables, dynamodb:Scan and UpdateItem; of the key
of Credentials, kms:Decrypt.

Status 0: all of these rows are of the present version. Status 1: some can't be read, or it was stopped; run it again. Status 2: it was
called wrongly.`;

/** Arguments of the command. */
export interface UpgradeArguments extends CommonArguments {
  /** Physical names. */
  tables: Readonly<Record<LastingTable, string>>;
  dryRun: boolean;
}

/** The outputs that have them. */
const OUTPUTS = {
  accounts: 'AccountsTable',
  credentials: 'CredentialsTable',
  tokens: 'TokensTable',
} as const satisfies Record<LastingTable, string>;

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): UpgradeArguments | null => {
  const options = { accounts: TEXT, credentials: TEXT, tokens: TEXT, 'dry-run': SWITCH };
  const line = readCommandLine(args, { options, most: 0 });
  if (!line) return null;
  const { region, 'dry-run': dryRun } = line.values;
  return { region, tables: readResources(line.values, OUTPUTS), dryRun };
};
