import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendEmailCommand } from '@aws-sdk/client-ses';
import { PublishCommand } from '@aws-sdk/client-sns';
import * as manifest from '../../../functions/manifest.ts';
import type { Contract, TableName } from '../../../shared/contract/contract.ts';
import { isAllowed, type RoleClients } from './role-clients.ts';
import { ROW_CALLS } from './row-calls.ts';

/** Contracts of the deployed functions. The guard exists only with the edge, and uses no table. */
export const DEPLOYED_CONTRACTS: readonly Contract[] = Object.values<Contract>(manifest).filter(
  ({ trigger }) => trigger !== 'authorizer',
);

/** Every table. */
export const TABLE_NAMES = ['accounts', 'credentials', 'tokens', 'outbox'] as const satisfies readonly TableName[];

type Access = Readonly<Record<string, readonly string[]>>;

const accessOf = ({ tables }: Contract, table: TableName): Access =>
  (tables as Partial<Record<TableName, Access>>)[table] ?? {};

/** Every first word of a table, and an unknown one. */
const wordsOf = (table: TableName): string[] => [
  ...new Set(DEPLOYED_CONTRACTS.flatMap((contract) => Object.keys(accessOf(contract, table)))),
  'UNHEARD_OF',
];

const EVERY_CALL = TABLE_NAMES.flatMap((table) =>
  wordsOf(table).flatMap((firstWord) => Object.keys(ROW_CALLS).map((action) => ({ table, firstWord, action }))),
);

/** Whose rows are tried, by their first word. */
type NameOf = (firstWord: string) => string;

/** Rows of no account. */
const ofNobody: NameOf = () => 'nobody';

/**
 * Tries every action on rows of every first word.
 * @param nameOf whose rows; of nobody unless given
 * @returns the allowed ones, as `table firstWord action`
 */
export const allowedCallsOf = async (
  { dynamo: client }: RoleClients,
  tableNames: Readonly<Record<TableName, string>>,
  nameOf: NameOf = ofNobody,
): Promise<string[]> => {
  const tried = EVERY_CALL.map(async ({ table, firstWord, action }) => {
    const call = ROW_CALLS[action]?.({ client, TableName: tableNames[table], firstWord, name: nameOf(firstWord) });
    return call && (await isAllowed(call)) ? [`${table} ${firstWord} ${action}`] : [];
  });
  return (await Promise.all(tried)).flat().toSorted();
};

/** The calls that a contract declares, likewise. */
export const declaredCallsOf = (contract: Contract): string[] =>
  TABLE_NAMES.flatMap((table) =>
    Object.entries(accessOf(contract, table)).flatMap(([firstWord, actions]) =>
      actions.map((action) => `${table} ${firstWord} ${action}`),
    ),
  ).toSorted();

/** A mail. @param to an address */
export const mailFrom = (Source: string, to = 'forbidden-calls@example.com'): SendEmailCommand =>
  new SendEmailCommand({
    Source,
    Destination: { ToAddresses: [to] },
    Message: { Subject: { Data: 'forbidden calls' }, Body: { Text: { Data: 'forbidden calls' } } },
  });

/** An SMS, or a message to the subscribers of a topic. */
export const messageTo = (to: { PhoneNumber: string } | { TopicArn: string }): PublishCommand =>
  new PublishCommand({ ...to, Message: 'forbidden calls' });

/** Another keyring, under an unused staging label. */
export const otherKeyring = (SecretId: string): PutSecretValueCommand =>
  new PutSecretValueCommand({ SecretId, SecretString: '{}', VersionStages: ['FORBIDDEN'] });
