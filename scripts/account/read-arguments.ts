import { RESETTABLE_FACTORS, type ResettableFactor } from '../../shared/contract/factor-names.ts';
import { EMAIL_ADDRESS_TEXT_MAX_LENGTH } from '../../shared/primitives/email-address.ts';
import { isVisible } from '../../shared/primitives/typed-text.ts';
import { readUuid } from '../../shared/primitives/uuid-bytes.ts';
import { GRACE_SECONDS } from '../../shared/settings/deletion-settings.ts';
import { DAY } from '../../shared/settings/seconds.ts';
import { COMMON_USAGE, readCommandLine, readResources, SWITCH, TEXT } from '../command/command-line.ts';
import { ACTS, type Asked, LOOKS, type Place } from './commands.ts';

export const USAGE = `Looks into an account and acts on it, with the credentials of an operator. There is no HTTP route for it.

  npm run account -- find <address, number or account id> --outputs cdk-outputs.json
  npm run account -- show <account id> --outputs cdk-outputs.json
  npm run account -- suspend <account id> --reason <text> --outputs cdk-outputs.json

Where the package is installed it is "npx keyturn-account" instead of "npm run account --".

  find            accounts by e-mail address, phone number or id
  show [--until <time>]
                  state and history of one, the newest 50 entries first, or the 50 until a time; no secret is ever shown
  suspend         ends every session and token, and lets nobody in
  lift            ends a suspension
  end-sessions    signs every device out
  force-reset     voids the password and mails a link for a new one
  reset-factor <account id> totp|sms|all
                  begins the reset of lost second factors: the owner is told by every channel, and can stop it. It waits for 72
                  hours, or 7 days where mail is the only channel; then the same command once more does it
  approve-reset   does at once what another operator has begun with reset-factor
  stop-reset      takes a reset back that waits
  erase [--days 7]
                  has the account erased after 7 to 28 days, as its owner can in the app: everybody is signed out, and the owner is told
                  by every channel, with a link that keeps the account. It shows first what goes
  stop-erase      keeps an account that is to be erased, whoever asked for that

  --reason <text>   why, for every act: 3 to 200 characters on one line. It is kept in the account's history with who did it
  --yes             acts without asking
  --json            writes one JSON object to standard output
  --accounts, --credentials, --tokens, --outbox <name>   names of the tables, in the place of --outputs
  --laptop [--as <name>]   instead of them: the service that runs here with npm start (DATA_DIR says where, as there)
${COMMON_USAGE} docs/operating.md has the policy.

Each act also writes a line of JSON to standard error: what was done, to which account, by whom and why. Who it is AWS says (STS,
GetCallerIdentity).

Status 0: done. Status 1: not done, and why is written. Status 2: it was called wrongly.`;

/** UTF-16 units of a reason: long enough to say something, short enough for a row of the history. */
const REASON_LENGTH = { min: 3, max: 200 } as const;

/** Nothing that could act on a terminal or a log: no control, format or unassigned character, and no end of a line. */
const ONE_LINE = /^[^\p{C}\u2028\u2029]+$/u;

/** A name as `--as` has it: it stands in the place of an ARN. */
const NAME = /^[\w.@-]{1,64}$/;

/** The output that has each table's name. */
const TABLES = {
  accounts: 'AccountsTable',
  credentials: 'CredentialsTable',
  tokens: 'TokensTable',
  outbox: 'OutboxTable',
} as const;

const OPTIONS = {
  reason: TEXT,
  days: TEXT,
  until: TEXT,
  yes: SWITCH,
  json: SWITCH,
  accounts: TEXT,
  credentials: TEXT,
  tokens: TEXT,
  outbox: TEXT,
  laptop: SWITCH,
  as: TEXT,
} as const;

type Values = NonNullable<ReturnType<typeof readCommandLine<typeof OPTIONS>>>['values'];

const placeOf = (values: Values): Place => {
  const { outputs, region, laptop, as = null } = values;
  if (as !== null && (!laptop || !NAME.test(as)))
    throw new Error('--as goes with --laptop, and is a name without spaces');
  if (!laptop) return { kind: 'tables', tables: readResources(values, TABLES, ['--laptop']) };
  const named = [outputs, region, values.accounts, values.credentials, values.tokens, values.outbox];
  if (named.some((name) => name !== undefined))
    throw new Error('--laptop is a place of its own: leave --outputs, --region and names of tables out');
  return { kind: 'laptop', as };
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

/** In days: those that the setting of the owners' own deletions admits. */
const GRACE_DAYS = { min: GRACE_SECONDS.min / DAY, max: GRACE_SECONDS.max / DAY } as const;

const graceOf = (text: string | undefined): number => {
  if (text === undefined) return GRACE_DAYS.min;
  const days = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(days >= GRACE_DAYS.min && days <= GRACE_DAYS.max)) {
    throw new Error(
      `--days takes ${GRACE_DAYS.min} to ${GRACE_DAYS.max}, as many as the owner has to keep the account`,
    );
  }
  return days;
};

/** As an entry of the history has it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

const untilOf = ({ until }: Values): string | null => {
  if (until === undefined) return null;
  if (!TIME.test(until)) throw new Error('--until takes a time as the history has it: 2026-01-31T12:00:00.000Z');
  return until;
};

const accountIdOf = (text: string): string => {
  const id = readUuid(text); // of any version: that of the canary's account is the stack's own
  if (id === null) throw new Error('give the id of an account; find has it for an address or a number');
  return id;
};

/**
 * Reads the command line.
 *
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[]): Asked | null => {
  const line = readCommandLine(args, { options: OPTIONS, most: 3 });
  if (!line) return null;
  const { values, words } = line;
  const [named, subject, factor] = words;
  const look = LOOKS.find((one) => one === named);
  const act = ACTS.find((one) => one === named);
  if (named === undefined || (!look && !act)) throw new Error(`say what to do: ${[...LOOKS, ...ACTS].join(', ')}`);
  if (subject === undefined) throw new Error(`say for which account: ${named} <account id>`);
  if (subject.length > EMAIL_ADDRESS_TEXT_MAX_LENGTH)
    throw new Error('that is too long for an address, a number or an id');
  const wantsFactor = act === 'reset-factor';
  if (!wantsFactor && factor !== undefined) throw new Error(`there is a word too many: ${factor}`);
  if (act !== 'erase' && values.days !== undefined) throw new Error('--days goes with erase');
  if (look !== 'show' && values.until !== undefined) throw new Error('--until goes with show');

  const { region, json, yes } = values;
  if (!act) {
    if (values.reason !== undefined || yes)
      throw new Error(`${named} changes nothing, so it takes no --reason and no --yes`);
    const wanted = look === 'show' ? accountIdOf(subject) : subject;
    return { command: look ?? 'find', subject: wanted, until: untilOf(values), region, place: placeOf(values), json };
  }
  return {
    command: act,
    accountId: accountIdOf(subject),
    factor: wantsFactor ? factorOf(factor) : 'all',
    graceDays: graceOf(values.days),
    reason: reasonOf(values),
    yes,
    region,
    place: placeOf(values),
    json,
  };
};
