import { parseArgs } from 'node:util';
import { stackOutputs } from '../stack-outputs.ts';
import type { LastingTable } from './lasting-rows.ts';

export const USAGE = `Stores accounts, credentials and sessions that an older release wrote in the version that this release writes.

  npm run upgrade-rows -- --outputs cdk-outputs.json [--stack Keyturn] [--dry-run]
  npm run upgrade-rows -- --accounts <AccountsTable> --credentials <CredentialsTable> --tokens <TokensTable> [--dry-run]

The outputs file is what "cdk deploy --outputs-file cdk-outputs.json" writes; "aws cloudformation describe-stacks" prints the
same names. Credentials and region are the AWS SDK's own (AWS_PROFILE, AWS_REGION …). They need, of the three tables,
dynamodb:Scan and UpdateItem; of the key of Credentials, kms:Decrypt.

Status 0: all of these rows are of the present version. Status 1: some can't be read, or it was stopped; run it again.`;

/** Arguments of the command. */
export interface UpgradeArguments {
  /** Physical names. */
  tables: Readonly<Record<LastingTable, string>>;
  dryRun: boolean;
}

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): UpgradeArguments | null => {
  const { values } = parseArgs({
    args,
    options: {
      outputs: { type: 'string' },
      stack: { type: 'string' },
      accounts: { type: 'string' },
      credentials: { type: 'string' },
      tokens: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { outputs, stack, accounts, credentials, tokens, 'dry-run': dryRun } = values;
  if (values.help) return null;
  const areNamed = [accounts, credentials, tokens].some((name) => name !== undefined);
  if (outputs !== undefined && !areNamed) {
    const names = ['AccountsTable', 'CredentialsTable', 'TokensTable'] as const;
    const found = stackOutputs({ file: outputs, stack, names });
    const tables = { accounts: found.AccountsTable, credentials: found.CredentialsTable, tokens: found.TokensTable };
    return { tables, dryRun };
  }
  if (outputs === undefined && accounts !== undefined && credentials !== undefined && tokens !== undefined) {
    return { tables: { accounts, credentials, tokens }, dryRun };
  }
  throw new Error('give either --outputs, or all of --accounts, --credentials and --tokens');
};
