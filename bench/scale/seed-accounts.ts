import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { localTables } from '../../local/create-tables.ts';
import { openAccount, PASSWORD, signedInWithApp } from '../../test/catalogue/people.ts';
import { post } from '../../test/catalogue/service.ts';
import { CREDENTIALS, type Stage, type StagedTree } from '../stage.ts';
import { type CloneAccount, makeCloneAccount, type RowJson } from './clone-rows.ts';

/** Tables with rows of accounts; the outbox has intents alone. */
export const FILLED_TABLES = ['accounts', 'credentials', 'tokens'] as const;

export type FilledTable = (typeof FILLED_TABLES)[number];

/** Sign-ins of an account without a second factor: each leaves a session and lines of history. */
const SIGN_INS = 4;

/** A client of the embedded database, for what no flow does. */
export const databaseClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: CREDENTIALS.AWS_REGION,
    credentials: { accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY },
  });

/** One kind of account in every two has an app; the others have more sessions. */
const openAccounts = async ({ service }: StagedTree) => {
  const withApp = await signedInWithApp(service);
  const plain = await openAccount(service);
  for (let done = 0; done < SIGN_INS; done += 1) {
    await service.ask(post('/sessions', { email: plain.email, password: PASSWORD }));
  }
  return [plain, withApp];
};

const rowsOf = async (client: DynamoDBClient, TableName: string): Promise<RowJson[]> => {
  const rows: RowJson[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) rows.push(...Items);
  return rows;
};

/**
 * Opens accounts through the routes, and reads what the service stored of them.
 *
 * @returns makes copies: of an even number without a second factor, of an odd one with an app
 */
export const seedAccounts = async (stage: Stage, staged: StagedTree): Promise<CloneAccount<FilledTable>> => {
  const accounts = await openAccounts(staged);
  const client = databaseClient(stage.endpoint);
  const tables = localTables(staged.place.tablePrefix);
  const stored = new Map<FilledTable, RowJson[]>();
  for (const table of FILLED_TABLES) stored.set(table, await rowsOf(client, tables[table]));
  const cloners = accounts.map(({ email, accountId }) => {
    const isOwn = (row: RowJson): boolean => {
      const text = JSON.stringify(row);
      return text.includes(accountId) || text.includes(`"EMAIL#${email}"`);
    };
    const own = (table: FilledTable): RowJson[] => (stored.get(table) ?? []).filter(isOwn);
    return makeCloneAccount(
      { accounts: own('accounts'), credentials: own('credentials'), tokens: own('tokens') },
      email,
    );
  });
  return (index) => {
    const clone = cloners[index % cloners.length];
    if (!clone) throw new Error('there is no account to copy');
    return clone(index);
  };
};
