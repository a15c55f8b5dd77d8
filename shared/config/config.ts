import * as z from 'zod/mini';
import type { Contract, TableName } from '../http/contract.ts';
import { parseSettings, type Settings } from './settings.ts';

/** The variable that names each table to a function. */
export const TABLE_VARIABLES = {
  accounts: 'ACCOUNTS_TABLE',
  credentials: 'CREDENTIALS_TABLE',
  tokens: 'TOKENS_TABLE',
  outbox: 'OUTBOX_TABLE',
} as const satisfies Record<TableName, string>;

/** The operator's settings as JSON. */
export const SETTINGS_VARIABLE = 'KEYTURN_SETTINGS';

/** Where the keyring is: `file:/path` on a laptop. */
export const KEYRING_VARIABLE = 'KEYRING';

/** What a function knows of the place it runs in. */
export interface Config {
  settings: Settings;
  tables: { readonly [table in TableName]?: string };
  /** `null` for a flow whose contract doesn't need the keyring. */
  keyring: string | null;
}

const tableNamesOf = (contract: Contract): TableName[] => Object.keys(contract.tables) as TableName[];

/** The exact set of variables that a function is given and reads; infra sets these and no others. */
export const environmentVariablesOf = (contract: Contract): string[] => [
  SETTINGS_VARIABLE,
  ...tableNamesOf(contract).map((table) => TABLE_VARIABLES[table]),
  ...(contract.keyring ? [KEYRING_VARIABLE] : []),
];

/**
 * Reads a function's configuration, once, at cold start.
 *
 * @throws Error that names the variables that are missing or empty; a function without them must not start
 */
export const loadConfig = (contract: Contract, environment: NodeJS.ProcessEnv): Config => {
  const names = environmentVariablesOf(contract);
  const schema = z.object(Object.fromEntries(names.map((name) => [name, z.string().check(z.minLength(1))])));
  const result = schema.safeParse(environment);
  if (!result.success) {
    const missing = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`${contract.flow} can't start: set the environment variables ${missing}`);
  }
  const variables: Record<string, string | undefined> = result.data;
  return {
    settings: parseSettings(JSON.parse(variables[SETTINGS_VARIABLE] ?? '')),
    tables: Object.fromEntries(tableNamesOf(contract).map((table) => [table, variables[TABLE_VARIABLES[table]]])),
    keyring: variables[KEYRING_VARIABLE] ?? null,
  };
};
