import { parseArgs } from 'node:util';
import { canonicalEmailAddress } from '../../shared/primitives/email-address.ts';
import { stackOutputs } from '../stack-outputs.ts';

export const USAGE = `Shows the addresses that SES sends nothing to, because they bounced or complained, and clears one of them: it is taken off SES's list, and
the mark of the account that has it is removed.

  npm run suppression -- list --outputs cdk-outputs.json [--stack Keyturn] [--json]
  npm run suppression -- clear ADDRESS --outputs cdk-outputs.json [--stack Keyturn] [--yes] [--json]

In the place of --outputs there can be --table <AccountsTable>. "clear" asks before it acts, unless --yes is given. With --json the answer is one
JSON document on standard output.

The outputs file is what "cdk deploy --outputs-file cdk-outputs.json" writes. Credentials and region are the AWS SDK's own (AWS_PROFILE, AWS_REGION …).
They need ses:ListSuppressedDestinations, ses:GetSuppressedDestination and ses:DeleteSuppressedDestination; of the table, dynamodb:GetItem, PutItem
and UpdateItem.`;

/** Arguments of the command. */
export interface SuppressionArguments {
  /** Canonical; `null` for the list. */
  clears: string | null;
  /** Physical name of the table Accounts. */
  table: string;
  yes: boolean;
  json: boolean;
}

const addressIn = (act: string | undefined, address: string | undefined): string | null => {
  if (act === 'list' && address === undefined) return null;
  if (act !== 'clear' || address === undefined) throw new Error('give either list, or clear and an address');
  const email = canonicalEmailAddress(address);
  if (email === null) throw new Error('that is not an e-mail address');
  return email;
};

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): SuppressionArguments | null => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      outputs: { type: 'string' },
      stack: { type: 'string' },
      table: { type: 'string' },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const [act, address, ...more] = positionals;
  if (more.length > 0) throw new Error('one address at a time');
  const clears = addressIn(act, address);
  const { outputs, stack, table, yes, json } = values;
  if ((outputs === undefined) === (table === undefined)) throw new Error('give either --outputs or --table');
  const named =
    outputs === undefined ? null : stackOutputs({ file: outputs, stack, names: ['AccountsTable'] as const });
  return { clears, table: table ?? named?.AccountsTable ?? '', yes, json };
};
