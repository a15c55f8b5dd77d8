import { parseArgs } from 'node:util';
import { RESETTABLE_FACTORS, type ResettableFactor } from '../../shared/contract/factor-names.ts';
import { EMAIL_ADDRESS_TEXT_MAX_LENGTH } from '../../shared/primitives/email-address.ts';
import { isVisible } from '../../shared/primitives/typed-text.ts';
import { stackOutputs } from '../stack-outputs.ts';
import { ACTS, type Asked, LOOKS, type OperatedTables, type Place } from './commands.ts';

export const USAGE = `Looks into an account and acts on it, with the credentials of an operator. There is no HTTP route for it.

  npm run account -- find <address, number or account id> --outputs cdk-outputs.json
  npm run account -- show <account id> --outputs cdk-outputs.json
  npm run account -- suspend <account id> --reason <text> --outputs cdk-outputs.json

Where the package is installed it is "npx keyturn-account" instead of "npm run account --".

  find            accounts by e-mail address, phone number or id
  show            state and history of one, the newest events first; no secret is ever shown
  suspend         ends every session and token, and lets nobody in
  lift            ends a suspension
  end-sessions    signs every device out
  force-reset     voids the password and mails a link for a new one
  reset-factor <account id> totp|sms|all
                  begins the reset of lost second factors: the owner is told by every channel, and can stop it. It waits for 72
                  hours, or 7 days where mail is the only channel; then the same command once more does it
  approve-reset   does at once what another operator has begun with reset-factor
  stop-reset      takes a reset back that waits

  --reason <text>   why, for every act: 3 to 200 characters on one line. It is kept in the account's history with who did it
  --yes             acts without asking
  --json            writes one JSON object to standard output
  --outputs <file> [--stack <name>], or --accounts, --credentials, --tokens and --outbox with the names of the tables
  --laptop [--as <name>]   instead of them: the service that runs here with npm start (DATA_DIR says where, as there)

Each act also writes a line of JSON to standard error: what was done, to which account, by whom and why. Who it is AWS says (STS,
GetCallerIdentity). Credentials and region are the AWS SDK's own (AWS_PROFILE, AWS_REGION …); docs/operating.md has the policy.

Status 0: done. Status 1: not done, and why is written. Status 2: it was called wrongly.`;

/** UTF-16 units of a reason: long enough to say something, short enough for a row of the history. */
const REASON_LENGTH = { min: 3, max: 200 } as const;

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Nothing that could act on a terminal or a log: no control, format or unassigned character, and no end of a line. */
const ONE_LINE = /^[^\p{C}\u2028\u2029]+$/u;

/** A name as `--as` has it: it stands in the place of an ARN. */
const NAME = /^[\w.@-]{1,64}$/;

const OPTIONS = {
  reason: { type: 'string' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  outputs: { type: 'string' },
  stack: { type: 'string' },
  accounts: { type: 'string' },
  credentials: { type: 'string' },
  tokens: { type: 'string' },
  outbox: { type: 'string' },
  laptop: { type: 'boolean', default: false },
  as: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

const namedTables = ({ accounts, credentials, tokens, outbox }: Values): OperatedTables | null =>
  accounts !== undefined && credentials !== undefined && tokens !== undefined && outbox !== undefined
    ? { accounts, credentials, tokens, outbox }
    : null;

const tablesOf = ({ outputs: file, stack }: { outputs: string; stack?: string | undefined }): OperatedTables => {
  const names = ['AccountsTable', 'CredentialsTable', 'TokensTable', 'OutboxTable'] as const;
  const found = stackOutputs({ file, stack, names });
  return {
    accounts: found.AccountsTable,
    credentials: found.CredentialsTable,
    tokens: found.TokensTable,
    outbox: found.OutboxTable,
  };
};

const placeOf = (values: Values): Place => {
  const { outputs, stack, laptop, as = null } = values;
  const isNamed = [values.accounts, values.credentials, values.tokens, values.outbox].some(
    (name) => name !== undefined,
  );
  if (as !== null && (!laptop || !NAME.test(as)))
    throw new Error('--as goes with --laptop, and is a name without spaces');
  if (laptop && outputs === undefined && !isNamed) {
    return { kind: 'laptop', as };
  }
  if (!laptop && outputs !== undefined && !isNamed) return { kind: 'tables', tables: tablesOf({ outputs, stack }) };
  const tables = namedTables(values);
  if (!laptop && outputs === undefined && tables) return { kind: 'tables', tables };
  throw new Error('give either --outputs, or --laptop, or all of --accounts, --credentials, --tokens and --outbox');
};

const reasonOf = ({ reason }: Values): string => {
  const text = reason?.trim() ?? '';
  const fits = text.length >= REASON_LENGTH.min && text.length <= REASON_LENGTH.max;
  if (!fits || !ONE_LINE.test(text) || !isVisible(text)) {
    throw new Error(`give a --reason of ${REASON_LENGTH.min} to ${REASON_LENGTH.max} characters on one line`);
  }
  return text;
};

const factorOf = (text: string | undefined): ResettableFactor => {
  const factor = RESETTABLE_FACTORS.find((one) => one === text);
  if (!factor) throw new Error(`say what of the second factors to reset: ${RESETTABLE_FACTORS.join(', ')}`);
  return factor;
};

const accountIdOf = (text: string): string => {
  const id = text.toLowerCase();
  if (!UUID_V4.test(id)) throw new Error('give the id of an account; find has it for an address or a number');
  return id;
};

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): Asked | null => {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return null;
  const [named, subject, ...others] = positionals;
  const look = LOOKS.find((one) => one === named);
  const act = ACTS.find((one) => one === named);
  if (named === undefined || (!look && !act)) throw new Error(`say what to do: ${[...LOOKS, ...ACTS].join(', ')}`);
  if (subject === undefined) throw new Error(`say for which account: ${named} <account id>`);
  const [factor, ...surplus] = others;
  if (subject.length > EMAIL_ADDRESS_TEXT_MAX_LENGTH)
    throw new Error('that is too long for an address, a number or an id');
  const wantsFactor = act === 'reset-factor';
  if (surplus.length > 0 || (!wantsFactor && factor !== undefined)) throw new Error('there is a word too many');

  const { json, yes } = values;
  if (look) {
    if (values.reason !== undefined || yes)
      throw new Error(`${look} changes nothing, so it takes no --reason and no --yes`);
    const wanted = look === 'show' ? accountIdOf(subject) : subject;
    return { command: look, subject: wanted, place: placeOf(values), json };
  }
  return {
    command: act ?? 'suspend',
    accountId: accountIdOf(subject),
    factor: wantsFactor ? factorOf(factor) : 'all',
    reason: reasonOf(values),
    yes,
    place: placeOf(values),
    json,
  };
};
