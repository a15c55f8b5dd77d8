import * as z from 'zod/mini';
import type { Contract, TableName } from '../contract/contract.ts';
import { type SettingOf, settingsFor } from './contract-settings.ts';
import type { FunctionSettings } from './function-settings.ts';
import type { SettingsOf } from './setting-names.ts';

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

/** Where what can't be delivered is told of: a queue's URL; `file:/path` on a laptop. */
export const DEAD_LETTERS_VARIABLE = 'DEAD_LETTERS';

/** The ARNs of the secrets that CloudFront may send, parted by commas; for the flow that guards the API behind it. */
export const ORIGIN_SECRETS_VARIABLE = 'ORIGIN_SECRETS';

/** What a function knows of the place it runs in. */
export interface Config<Given = FunctionSettings> {
  settings: Given;
  tables: { readonly [table in TableName]?: string };
  /** `null` for a flow whose contract doesn't need the keyring. */
  keyring: string | null;
  /** 1 to 255 characters. */
  metricsNamespace: string;
  /** SES's configuration set; `null` for a flow that sends no mail. */
  configurationSet: string | null;
  /** A queue's URL, or `file:/path` on a laptop; `null` for a flow that no stream wakes. */
  deadLetters: string | null;
  /** The ARNs of the secrets that CloudFront may send; `null` for every flow but the one that guards the API. */
  originSecrets: readonly string[] | null;
}

const tableNamesOf = (contract: Contract): TableName[] => Object.keys(contract.tables) as TableName[];

/** The exact set of variables that a function is given and reads; infra sets these and no others. */
export const environmentVariablesOf = (contract: Contract): string[] => [
  SETTINGS_VARIABLE,
  METRICS_VARIABLE,
  ...tableNamesOf(contract).map((table) => TABLE_VARIABLES[table]),
  ...(contract.keyring ? [KEYRING_VARIABLE] : []),
  ...(contract.mail ? [CONFIGURATION_SET_VARIABLE] : []),
  ...(contract.trigger === 'stream' ? [DEAD_LETTERS_VARIABLE] : []),
  ...(contract.trigger === 'authorizer' ? [ORIGIN_SECRETS_VARIABLE] : []),
];

/**
 * Reads a function's configuration, once, at cold start.
 *
 * @throws Error that names the variables that are missing or empty; a function without them must not start
 */
export const loadConfig = <Of extends Contract>(
  contract: Of,
  environment: NodeJS.ProcessEnv,
): Config<SettingsOf<SettingOf<Of>>> => {
  const names = environmentVariablesOf(contract);
  const schema = z.object(Object.fromEntries(names.map((name) => [name, z.string().check(z.minLength(1))])));
  const result = schema.safeParse(environment);
  if (!result.success) {
    const missing = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`${contract.flow} can't start: set the environment variables ${missing}`);
  }
  const variables: Record<string, string | undefined> = result.data;
  return {
    settings: settingsFor(contract, JSON.parse(variables[SETTINGS_VARIABLE] ?? '')),
    tables: Object.fromEntries(tableNamesOf(contract).map((table) => [table, variables[TABLE_VARIABLES[table]]])),
    keyring: variables[KEYRING_VARIABLE] ?? null,
    metricsNamespace: variables[METRICS_VARIABLE] ?? '',
    configurationSet: variables[CONFIGURATION_SET_VARIABLE] ?? null,
    deadLetters: variables[DEAD_LETTERS_VARIABLE] ?? null,
    originSecrets: variables[ORIGIN_SECRETS_VARIABLE]?.split(',') ?? null,
  };
};
