import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decideAccount, type Known } from '../../scripts/after-restore/decide-account.ts';
import { readArguments } from '../../scripts/after-restore/read-arguments.ts';
import { settleAccount } from '../../scripts/after-restore/settle-account.ts';
import { type Account, parseAccount } from '../../shared/account/accounts.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { signUp, signUpSomebody } from '../support/journeys.ts';
import { ALICE } from '../support/operator.ts';
import { everyRow } from '../support/stored.ts';
import { accountOf } from '../support/undo.ts';
import { startWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'keyturn-after-restore-'));
const fileOf = (name: string, content: unknown): string => {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};
afterAll(() => rmSync(directory, { recursive: true }));

const NOW_MS = Date.UTC(2026, 10, 21);
const AT = ['--at', '2026-11-20T12:00:00Z'];
const BACKUP_SECONDS = Date.UTC(2026, 10, 20, 12) / 1000;
const NAMED = ['--accounts', 'a', '--credentials', 'c', '--outbox', 'o'];
const OUTPUTS = { AccountsTable: 'Accounts', CredentialsTable: 'Credentials', OutboxTable: 'Outbox', ApiUrl: 'x' };

describe('the command line of after-restore', () => {
  const read = (...args: string[]) => readArguments(args, NOW_MS);

  it('takes the restored tables by the names that the handbook gives them, and the table that they replace', () => {
    const file = fileOf('outputs.json', { Keyturn: OUTPUTS });

    expect(read('--outputs', file, ...AT)).toEqual({
      restored: { accounts: 'Accounts-restored', credentials: 'Credentials-restored', outbox: 'Outbox' },
      newer: 'Accounts',
      restoredToEpochSeconds: BACKUP_SECONDS,
      dryRun: false,
      yes: false,
    });
  });

  it('takes another later state, or none', () => {
    const file = fileOf('outputs.json', { Keyturn: OUTPUTS });

    expect(read('--outputs', file, ...AT, '--newer', 'n')).toMatchObject({ newer: 'n' });
    expect(read('--outputs', file, ...AT, '--lost')).toMatchObject({ newer: null });
    expect(read(...NAMED, ...AT, '--lost', '--dry-run', '--yes')).toMatchObject({
      restored: { accounts: 'a', credentials: 'c', outbox: 'o' },
      newer: null,
      dryRun: true,
      yes: true,
    });
  });

  it.each([
    { args: [...AT, '--lost'], says: 'either --outputs, or all of' },
    { args: [...NAMED, ...AT], says: '--newer, or --lost' },
    { args: [...NAMED, ...AT, '--lost', '--newer', 'n'], says: 'not both' },
    { args: [...NAMED, ...AT, '--newer', 'a'], says: 'the restored table itself' },
    { args: [...NAMED, '--lost'], says: '--at' },
    { args: [...NAMED, '--lost', '--at', 'yesterday'], says: '--at' },
    { args: [...NAMED, '--lost', '--at', '2026-11-20'], says: '--at' },
    { args: [...NAMED, '--lost', '--at', '2026-11-22T00:00:00Z'], says: 'in the past' },
    { args: ['--force'], says: 'force' },
  ])('refuses $args', ({ args, says }) => {
    expect(() => read(...args)).toThrow(says);
  });
});

describe('what becomes of an account that a backup has brought back', () => {
  const account = (parts: Partial<Account> = {}): Account => ({
    accountId: 'one',
    email: 'one@example.com',
    phone: null,
    epoch: 5,
    revokedSessions: {},
    claims: {},
    metadata: {},
    profileVersion: 1,
    createdAtEpochSeconds: 0,
    updatedAtEpochSeconds: 0,
    ...parts,
  });
  const deletion = (parts: object = {}) => ({
    deletionId: 'd',
    sessionId: 's',
    salt: 'salt',
    requestedAtEpochSeconds: 100,
    erasesAtEpochSeconds: 200,
    ...parts,
  });
  const record = {
    accountId: 'one',
    deletionId: 'd',
    sessionId: 's',
    requestedAtEpochSeconds: 100,
    erasedAtEpochSeconds: 250,
    schemaVersion: 2,
  };
  const decide = (was: Partial<Account>, is: Partial<Account> | null, erased: Known['erased'] = null) =>
    decideAccount(account(was), { account: is && account(is), erased, hasPassword: true, nowSeconds: NOW_MS / 1000 });

  it.each([
    { of: 'nothing happened', was: {}, is: {}, act: 'none' },
    { of: 'nothing is known', was: {}, is: null, act: 'none' },
    { of: 'a deletion waits', was: { deletion: deletion() }, is: { deletion: deletion() }, act: 'restart' },
    { of: 'one waited, and nothing is known', was: { deletion: deletion() }, is: null, act: 'restart' },
    { of: 'one was asked for since', was: {}, is: { deletion: deletion() }, act: 'restart' },
    { of: 'one was cancelled since', was: { deletion: deletion() }, is: {}, act: 'cancel' },
    { of: 'an erasure began since', was: {}, is: { deletion: deletion({ begunAtEpochSeconds: 210 }) }, act: 'erase' },
    { of: 'an erasure had begun', was: { deletion: deletion({ begunAtEpochSeconds: 210 }) }, is: null, act: 'none' },
    { of: 'it was erased since', was: {}, is: null, erased: record, act: 'erase' },
  ])('where $of: $act', ({ was, is, erased, act }) => {
    expect(decide(was, is, erased ?? null).deletion.act).toBe(act);
  });

  it('raises the epoch far above every one that is known', () => {
    expect([decide({}, null).epoch, decide({}, { epoch: 9 }).epoch]).toEqual([1005, 1009]);
  });

  it('voids the password where the epoch has moved since, and mails a link unless nobody is to get in', () => {
    const moved = { epoch: 6 };

    expect(decide({}, {})).toMatchObject({ voidsPassword: false, mailsRecovery: false });
    expect(decide({}, null)).toMatchObject({ voidsPassword: false, mailsRecovery: false });
    expect(decide({}, moved)).toMatchObject({ voidsPassword: true, mailsRecovery: true });
    for (const more of [{ suspendedAtEpochSeconds: 1 }, { deletion: deletion() }, { email: 'two@example.com' }])
      expect(decide({}, { ...moved, ...more })).toMatchObject({ voidsPassword: true, mailsRecovery: false });
    expect(decide({}, moved, record)).toMatchObject({ voidsPassword: false, mailsRecovery: false });
  });

  it('loses the number that recovered it where its owner has chosen another since, or none, and keeps it where nothing is known', () => {
    const chosen = (choiceId: string) => ({
      recoveryPhone: { e164: '+436641234500', country: 'AT', choiceId },
    });

    expect(decide(chosen('a'), {}).dropsRecoveryPhone).toBe(true);
    expect(decide(chosen('a'), chosen('b')).dropsRecoveryPhone).toBe(true);
    expect(decide(chosen('a'), chosen('a')).dropsRecoveryPhone).toBe(false);
    expect(decide(chosen('a'), null).dropsRecoveryPhone).toBe(false);
  });

  it('stays frozen after an undo of since, and gets no recovery mail for so long', () => {
    const undone = (until: number) => decide({}, { epoch: 6, frozenUntilEpochSeconds: until });

    expect(undone(NOW_MS / 1000 + 1)).toMatchObject({
      frozenUntilEpochSeconds: NOW_MS / 1000 + 1,
      voidsPassword: true,
      mailsRecovery: false,
    });
    expect(undone(NOW_MS / 1000)).toMatchObject({ frozenUntilEpochSeconds: null, mailsRecovery: true });
  });

  it('says by whom it was erased when it is erased again', () => {
    const operator = 'arn:aws:iam::1:user/alice';
    const { sessionId: _, ...ofOperator } = record;
    const byOperator = { ...ofOperator, operator };

    expect(decide({}, null, byOperator).deletion).toMatchObject({ act: 'erase', of: { operator } });
  });

  it('gets a void password where the backup of Credentials has none, so that a reset can set one', () => {
    const known = { account: null, erased: null, hasPassword: false, nowSeconds: NOW_MS / 1000 };

    expect(decideAccount(account(), known)).toMatchObject({ voidsPassword: true, mailsRecovery: true });
  });

  it.each([
    { was: {}, is: { suspendedAtEpochSeconds: 1 }, suspension: 'set' },
    { was: { suspendedAtEpochSeconds: 1 }, is: {}, suspension: 'lift' },
    { was: { suspendedAtEpochSeconds: 1 }, is: { suspendedAtEpochSeconds: 1 }, suspension: 'none' },
    { was: { suspendedAtEpochSeconds: 1 }, is: null, suspension: 'none' },
    { was: {}, is: { email: 'two@example.com' }, suspension: 'set' },
    { was: { suspendedAtEpochSeconds: 1 }, is: { email: 'two@example.com' }, suspension: 'none' },
  ])('is suspended as it was later, and where its address is another since: $was, $is', ({ was, is, suspension }) => {
    expect(decide(was, is).suspension).toBe(suspension);
  });
});

describe('after-restore', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await signUp(world, 'reader@example.com');
  });
  afterAll(() => world.close());

  const run = (...args: string[]): Promise<{ code: number; output: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, ['scripts/after-restore.ts', ...args], { cwd: root }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });

  it('stops where an account is changed meanwhile, because the functions are not stopped', async () => {
    const { account_id: accountId } = await signUpSomebody(world);
    const { clock, tables } = world;
    const dynamo = makeDynamo({ client: openSdkDynamoClient({ clock }), config: { tables }, randomness: csprng });
    const parts = { clock, randomness: csprng };
    const stale = { ...(await accountOf(world, accountId)), epoch: 0 };
    const before = await everyRow(world);

    const settled = settleAccount(
      {
        ...parts,
        dynamo,
        newer: null,
        restoredToEpochSeconds: BACKUP_SECONDS,
        operator: { by: ALICE, reason: 'a try' },
        recordEventWrite: makeRecordEventWrite({ ...parts, retentionSeconds: 3600 }),
        recordIntentWrite: makeRecordIntentWrite(parts),
        dryRun: false,
      },
      stale,
    );

    await expect(settled).rejects.toMatchObject({ name: 'StillInService' });
    expect(await everyRow(world)).toEqual(before);
    expect(parseAccount(await accountOf(world, accountId)).restoredToEpochSeconds).toBeUndefined();
  });

  it('does nothing without an answer where nobody can be asked', async () => {
    const { accounts, credentials, outbox } = world.tables;
    const before = await everyRow(world);

    const named = ['--accounts', accounts, '--credentials', credentials, '--outbox', outbox];
    const { code, output } = await run(...named, ...AT, '--lost');

    expect([code, output]).toEqual([1, 'Nothing was done: nobody is at a terminal to be asked, so give --yes.\n']);
    expect(await everyRow(world)).toEqual(before);
  });

  it('says how it is called, with status 2, when it is called wrongly', async () => {
    const { code, output } = await run('--tabel', 'x');

    expect(code).toBe(2);
    expect(output).toContain('npm run after-restore -- --outputs cdk-outputs.json');
  });
});
