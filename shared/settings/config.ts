import * as z from 'zod/mini';
import type { DynamoClientName } from '../aws/connect-dynamo.ts';
import type { Contract, TableName } from '../contract/contract.ts';
import { readsNamedAddress } from '../contract/trusted-callers.ts';
import { type SettingOf, settingsFor } from './contract-settings.ts';
import type { FunctionSettings } from './function-settings.ts';
import type { SettingsOf } from './setting-names.ts';
import { readKeyPlaces } from './trusted-caller-settings.ts';

/** The variable that names each table to a function. */
export const TABLE_VARIABLES = {
  accounts: 'ACCOUNTS_TABLE',
  credentials: 'CREDENTIALS_TABLE',
  tokens: 'TOKENS_TABLE',
  outbox: 'OUTBOX_TABLE',
} as const satisfies Record<TableName, string>;

/** The operator's settings as JSON: at least those that the function's contract names. */
export const SETTINGS_VARIABLE = 'KEYTURN_SETTINGS';

/** Where the keyring is: a secret's ARN; `file:/path` on a laptop. */
export const KEYRING_VARIABLE = 'KEYRING';

/** The CloudWatch namespace of the metrics; it names the stack, so that two in one account stay apart. */
export const METRICS_VARIABLE = 'METRICS_NAMESPACE';

/** SES's configuration set that mail goes out under. */
export const CONFIGURATION_SET_VARIABLE = 'SES_CONFIGURATION_SET';

/** The topic whose messages a function takes, by its ARN. */
export const TOPIC_VARIABLE = 'TOPIC';

/** Where what can't be delivered is told of: a queue's URL; `file:/path` on a laptop. */
export const DEAD_LETTERS_VARIABLE = 'DEAD_LETTERS';

/** The ARNs of the secrets that CloudFront may send, parted by commas; for the flow that guards the API behind it. */
export const ORIGIN_SECRETS_VARIABLE = 'ORIGIN_SECRETS';

/** Where the secret of the captchas' provider is: a secret's ARN; `file:/path` on a laptop. Only where captchas are enabled. */
export const CAPTCHA_SECRET_VARIABLE = 'CAPTCHA_SECRET';

/** Which client is behind the port to DynamoDB: `sdk` where the operator wants the SDK's; not set otherwise. */
export const DYNAMO_CLIENT_VARIABLE = 'DYNAMO_CLIENT';

/** Where the secrets of trusted callers are, by key (trusted-caller-settings.ts). Only where there are trusted callers. */
export const CALLER_SECRETS_VARIABLE = 'CALLER_SECRETS';

/** The id of the canary's account, a UUID; for the canary alone. */
export const CANARY_ACCOUNT_VARIABLE = 'CANARY_ACCOUNT';

/** The origin that the canary calls: the service's public address. */
export const CANARY_ADDRESS_VARIABLE = 'CANARY_ADDRESS';

/** What of the settings adds variables to a function's environment. */
export interface VariableSettings {
  captcha?: { enabled: boolean };
  dynamo?: DynamoClientName;
  trustedCallers?: readonly unknown[];
}

/** What a function knows of the place it runs in. */
export interface Config<Given = FunctionSettings> {
  settings: Given;
  tables: { readonly [table in TableName]?: string };
  /** Which client is behind the port to the tables. */
  dynamoClient: DynamoClientName;
  /** `null` for a flow whose contract doesn't need the keyring. */
  keyring: string | null;
  /** 1 to 255 characters. */
  metricsNamespace: string;
  /** SES's configuration set; `null` for a flow that sends no mail. */
  configurationSet: string | null;
  /** The ARN of the topic whose messages it takes; `null` for a flow that no topic wakes. */
  topic: string | null;
  /** A queue's URL, or `file:/path` on a laptop; `null` for a flow that no stream wakes. */
  deadLetters: string | null;
  /** The ARNs of the secrets that CloudFront may send; `null` for every flow but the one that guards the API. */
  originSecrets: readonly string[] | null;
  /** A secret's ARN, or `file:/path` on a laptop; `null` for a flow that asks for no captcha, and where they are not enabled. */
  captchaSecret: string | null;
  /**
   * Secrets' ARNs, or `file:/path` on a laptop, by the keys that trusted callers sign with; `null` for a flow that reads no named address,
   * and where no caller is trusted.
   */
  callerSecrets: ReadonlyMap<string, string> | null;
  /** The canary's account, and the origin that it calls, such as `https://auth.example.com`; `null` for every flow but the canary. */
  canary: { accountId: string; address: string } | null;
}

const tableNamesOf = (contract: Contract): TableName[] => Object.keys(contract.tables) as TableName[];

/** Whether a function asks for captchas: its contract does, and the operator has enabled them. */
const asksForCaptchas = (contract: Contract, { captcha }: VariableSettings): boolean =>
  contract.trigger === 'http' && contract.captcha === true && captcha?.enabled === true;

/** Whether a function is the canary. */
const isCanary = (contract: Contract): boolean => contract.trigger === 'schedule' && contract.canary === true;

/** Whether a function verifies who names an address: its contract reads named addresses, and the operator trusts a caller. */
const trustsCallers = (contract: Contract, { trustedCallers = [] }: VariableSettings): boolean =>
  readsNamedAddress(contract) && trustedCallers.length > 0;

/**
 * The exact set of variables that a function is given and reads; infra sets these and no others.
 *
 * @param settings of the function, as far as they add to it
 */
export const environmentVariablesOf = (contract: Contract, settings: VariableSettings): string[] => [
  SETTINGS_VARIABLE,
  METRICS_VARIABLE,
  ...tableNamesOf(contract).map((table) => TABLE_VARIABLES[table]),
  ...(settings.dynamo === 'sdk' && tableNamesOf(contract).length > 0 ? [DYNAMO_CLIENT_VARIABLE] : []),
  ...(contract.keyring ? [KEYRING_VARIABLE] : []),
  ...(contract.mail ? [CONFIGURATION_SET_VARIABLE] : []),
  ...(contract.trigger === 'topic' ? [TOPIC_VARIABLE] : []),
  ...(contract.trigger === 'stream' ? [DEAD_LETTERS_VARIABLE] : []),
  ...(contract.trigger === 'authorizer' ? [ORIGIN_SECRETS_VARIABLE] : []),
  ...(isCanary(contract) ? [CANARY_ACCOUNT_VARIABLE, CANARY_ADDRESS_VARIABLE] : []),
  ...(asksForCaptchas(contract, settings) ? [CAPTCHA_SECRET_VARIABLE] : []),
  ...(trustsCallers(contract, settings) ? [CALLER_SECRETS_VARIABLE] : []),
];

/** @throws Error that names those that are missing or empty */
const readVariables = (
  { flow }: Contract,
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): Record<string, string | undefined> => {
  const schema = z.object(Object.fromEntries(names.map((name) => [name, z.string().check(z.minLength(1))])));
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(`${flow} can't start: set the environment variables ${missing}`);
};

/** @throws Error for a client that there isn't */
const dynamoClientIn = (environment: NodeJS.ProcessEnv): DynamoClientName => {
  const name = DYNAMO_CLIENT_VARIABLE in environment ? environment[DYNAMO_CLIENT_VARIABLE] : 'own';
  if (name === 'own' || name === 'sdk') return name;
  throw new Error(`the environment variable ${DYNAMO_CLIENT_VARIABLE} must be own or sdk`);
};

/**
 * Reads a function's configuration, once, at cold start.
 *
 * @throws Error that names the variables that are missing or empty; a function without them must not start
 */
export const loadConfig = <Of extends Contract>(
  contract: Of,
  environment: NodeJS.ProcessEnv,
): Config<SettingsOf<SettingOf<Of>>> => {
  const { [SETTINGS_VARIABLE]: given = '' } = readVariables(contract, [SETTINGS_VARIABLE], environment);
  const settings = settingsFor(contract, JSON.parse(given));
  const variables = readVariables(contract, environmentVariablesOf(contract, settings as object), environment);
  const {
    [CALLER_SECRETS_VARIABLE]: callerSecrets,
    [CANARY_ACCOUNT_VARIABLE]: accountId,
    [CANARY_ADDRESS_VARIABLE]: address,
  } = variables;
  return {
    settings,
    tables: Object.fromEntries(tableNamesOf(contract).map((table) => [table, variables[TABLE_VARIABLES[table]]])),
    dynamoClient: dynamoClientIn(environment),
    keyring: variables[KEYRING_VARIABLE] ?? null,
    metricsNamespace: variables[METRICS_VARIABLE] ?? '',
    configurationSet: variables[CONFIGURATION_SET_VARIABLE] ?? null,
    topic: variables[TOPIC_VARIABLE] ?? null,
    deadLetters: variables[DEAD_LETTERS_VARIABLE] ?? null,
    originSecrets: variables[ORIGIN_SECRETS_VARIABLE]?.split(',') ?? null,
    captchaSecret: variables[CAPTCHA_SECRET_VARIABLE] ?? null,
    callerSecrets: callerSecrets === undefined ? null : readKeyPlaces(callerSecrets),
    canary: accountId === undefined || address === undefined ? null : { accountId, address },
  };
};
