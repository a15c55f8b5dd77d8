import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import { tokenIn } from '../support/journeys.ts';
import { callAws, callJson } from './aws-call.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { ROOT_FOLDER } from './places.ts';

const RESTORE_TIMEOUT_MS = 180_000;
const PASSWORD = 'correct horse battery';
const LATER_PASSWORD = 'a newer and better one';
const NEWEST_PASSWORD = 'the one after the restore';

const run = promisify(execFile);

let deployment: Deployment;
let app: ReturnType<typeof makeDartClient>;

beforeAll(async () => {
  deployment = await openDeployment();
  app = makeDartClient(deployment.apiUrl, '127.93.0.1');
});

const dynamo = <Answer>(operation: string, input: object): Promise<Answer> =>
  callJson(deployment, { service: 'dynamodb', target: `DynamoDB_20120810.${operation}`, input });

const tableOf = (name: string): string => deployment.outputs[name] ?? '';

/** Sets the concurrency of all functions to nothing, or takes that back. */
const setFunctions = async (are: 'stopped' | 'running'): Promise<void> => {
  for (const { functionName } of deployment.functions.values())
    await callAws(deployment, {
      service: 'lambda',
      method: are === 'stopped' ? 'PUT' : 'DELETE',
      path: `/2017-10-31/functions/${functionName}/concurrency`,
      headers: { 'content-type': 'application/json' },
      ...(are === 'stopped' && { body: '{"ReservedConcurrentExecutions":0}' }),
    });
};

const backUp = async (table: string): Promise<string> => {
  const input = { TableName: table, BackupName: 'restore-test' };
  const { BackupDetails: made } = await dynamo<{ BackupDetails: { BackupArn: string } }>('CreateBackup', input);
  return made.BackupArn;
};

const restoreFrom = (arn: string, table: string): Promise<unknown> =>
  dynamo('RestoreTableFromBackup', { BackupArn: arn, TargetTableName: table });

const removeTable = async (table: string): Promise<void> => {
  await dynamo('UpdateTable', { TableName: table, DeletionProtectionEnabled: false });
  await dynamo('DeleteTable', { TableName: table });
};

/** What docs/operating.md sets again of a table that was restored or made anew. */
const setProperties = async (table: string, expires: boolean): Promise<void> => {
  const recovery = { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
  await dynamo('UpdateContinuousBackups', { TableName: table, ...recovery });
  await dynamo('UpdateTable', { TableName: table, DeletionProtectionEnabled: true });
  const expiry = { TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAtEpochSeconds' } };
  if (expires) await dynamo('UpdateTimeToLive', { TableName: table, ...expiry });
};

/** Runs the command of the handbook. @returns what it said */
const settle = async (at: Date): Promise<string> => {
  const outputs = join(deployment.folder, 'restore-outputs.json');
  await writeFile(outputs, JSON.stringify({ Keyturn: deployment.outputs }));
  const parameters = ['--outputs', outputs, '--at', at.toISOString(), '--yes'];
  const { stdout } = await run(process.execPath, ['scripts/after-restore.ts', ...parameters], { cwd: ROOT_FOLDER });
  return stdout;
};

const signUp = async (email: string): Promise<{ refresh_token: string; device_token: string }> => {
  await app.postMap('/accounts', { email });
  const [mail] = await waitForMails(deployment.inboxUrl, email, 1);
  const answer = await app.postMap('/accounts/complete', { token: tokenIn(mail?.text ?? ''), password: PASSWORD });
  return JSON.parse(answer.text);
};

const resetWithNewestMail = async (email: string, mails: number, password: string): Promise<number> => {
  const received = await waitForMails(deployment.inboxUrl, email, mails);
  const token = tokenIn(received.find(({ text }) => text.includes('#token='))?.text ?? '');
  return (await app.postMap('/account/reset-password', { token, new_password: password })).status;
};

describe('a restore of the deployed stack, as the handbook has it', () => {
  it(
    'brings the accounts of the backup back, with no session, and no password that was replaced since',
    async () => {
      const name = randomBytes(6).toString('hex');
      const [email, changed] = [`restore-${name}@example.com`, `restore-changed-${name}@example.com`];
      const session = await signUp(email);
      await signUp(changed);
      const [accounts, credentials, tokens] = [
        tableOf('AccountsTable'),
        tableOf('CredentialsTable'),
        tableOf('TokensTable'),
      ];
      const backups = await Promise.all([accounts, credentials].map(backUp));
      const at = new Date(Date.now() - 1000);
      await app.postMap('/account/recovery', { email: changed });
      expect(await resetWithNewestMail(changed, 2, LATER_PASSWORD)).toBe(200);

      await setFunctions('stopped');
      const whileStopped = await app.postMap('/sessions', { email, password: PASSWORD });
      for (const [index, table] of [accounts, credentials].entries())
        await restoreFrom(backups[index] ?? '', `${table}-restored`);
      const said = await settle(at);
      for (const table of [accounts, credentials]) {
        const settled = await backUp(`${table}-restored`);
        await removeTable(table);
        await restoreFrom(settled, table);
      }
      await removeTable(tokens);
      await dynamo('CreateTable', {
        TableName: tokens,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      });
      for (const table of [accounts, credentials, tokens]) await setProperties(table, table !== credentials);
      await setFunctions('running');
      for (const table of [accounts, credentials]) await dynamo('DeleteTable', { TableName: `${table}-restored` });

      const refreshed = await app.postMap('/sessions/refresh', { refresh_token: session.refresh_token });
      const signedIn = await app.postMap('/sessions', {
        email,
        password: PASSWORD,
        device_token: session.device_token,
      });
      const byReplaced = await app.postMap('/sessions', { email: changed, password: PASSWORD });
      const reset = await resetWithNewestMail(changed, 5, NEWEST_PASSWORD);
      const byNewest = await app.postMap('/sessions', { email: changed, password: NEWEST_PASSWORD });

      expect(whileStopped.status).toBeGreaterThanOrEqual(429);
      expect(said).toMatch(/^\d+ settled$/m);
      expect(said).toMatch(/^\d+ with a void password/m);
      expect([refreshed.status, byReplaced.status, reset, byNewest.status]).toEqual([400, 401, 200, 200]);
      expect([signedIn.status, JSON.parse(signedIn.text).factors]).toEqual([200, ['email_code']]);
    },
    RESTORE_TIMEOUT_MS,
  );
});
