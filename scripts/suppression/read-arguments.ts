import { canonicalEmailAddress } from '../../shared/primitives/email-address.ts';
import {
  COMMON_USAGE,
  type CommonArguments,
  readCommandLine,
  readResources,
  SWITCH,
  TEXT,
} from '../command/command-line.ts';

export const USAGE = `Shows the addresses that SES sends nothing to, because they bounced or complained, and clears one of them: it is taken off SES's list, and
the mark of the account that has it is removed.

  npm run suppression -- list --outputs cdk-outputs.json [--stack Keyturn] [--json]
  npm run suppression -- clear ADDRESS --outputs cdk-outputs.json [--stack Keyturn] [--yes] [--json]

Where the package is installed it is "npx keyturn-suppression" instead of "npm run suppression --".

  --yes             "clear" acts without asking
  --json            writes one JSON document to standard output
  --table <name>    the table Accounts, in the place of --outputs
${COMMON_USAGE} They need ses:ListSuppressedDestinations, GetSuppressedDestination and
DeleteSuppressedDestination; of the table, dynamodb:GetItem, PutItem and UpdateItem.

Status 0: done, or there was nothing to clear. Status 1: it was stopped; run it again. Status 2: it was called wrongly.`;

/** Arguments of the command. */
export interface SuppressionArguments extends CommonArguments {
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
  const line = readCommandLine(args, { options: { table: TEXT, yes: SWITCH, json: SWITCH }, most: 2 });
  if (!line) return null;
  const [act, address] = line.words;
  const clears = addressIn(act, address);
  const { region, yes, json } = line.values;
  if (clears === null && yes) throw new Error('list changes nothing, so it takes no --yes');
  const { table } = readResources(line.values, { table: 'AccountsTable' });
  return { region, clears, table, yes, json };
};
