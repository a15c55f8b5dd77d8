import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyringDocument } from '../../shared/keyring/keyring.ts';
import { deleteAccount, GRACE, keepAccount, keepToken } from '../support/deletion.ts';
import { beginEmailChange, confirmEmailChange } from '../support/email-change.ts';
import {
  checkResetToken,
  deviceTokenOf,
  GOOD_PASSWORD,
  getProfile,
  mailedCodes,
  recoveryToken,
  recoveryTokens,
  refresh,
  resetPassword,
  signIn,
  signInByMail,
  signInLink,
  signUpSomebody,
} from '../support/journeys.ts';
import { act } from '../support/operator.ts';
import { KEPT_ROOT, settle, startRestored, takeBackup } from '../support/restored-world.ts';
import { totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { newRoot } from '../support/signing-keys.ts';
import { everyRow } from '../support/stored.ts';
import { answerChallenge, signInWithApp, signInWithCode } from '../support/two-factor-journeys.ts';
import { accountOf } from '../support/undo.ts';
import { accountWithApp, accountWithBoth, signInBySms, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const NEW_PASSWORD = 'a newer and better one';

/** Long after the backup: longer than a grace, so that accounts were erased since. */
const UNTIL_LOSS = GRACE + DAY;

/** A service with people in it, the backup of one moment, and what they did until it was lost. */
const liveAndLose = async () => {
  const world = await startWorld({ settings: { sms: UNHINDERED_SMS }, rootSecret: KEPT_ROOT });
  try {
    const careful = await accountWithBoth(world); // an app, a number and recovery codes
    const plain = await signUpSomebody(world);
    const [keeper, leaver, banned, pardoned, robbed, mover, late] = [
      await signUpSomebody(world),
      await signUpSomebody(world),
      await signUpSomebody(world),
      await signUpSomebody(world),
      await signUpSomebody(world),
      await signUpSomebody(world),
      await signUpSomebody(world),
    ];
    await act(world, 'suspend', pardoned.account_id);
    await deleteAccount(world, keeper);
    const keeps = await keepToken(world, keeper.email);
    const unusedReset = await recoveryToken(world, plain.email);
    const usedReset = await recoveryToken(world, robbed.email);
    const link = await signInLink(world, plain.email);
    const backup = await takeBackup(world);
    const backupMs = world.clock.nowMs();

    world.clock.advance(60);
    const [usedCode = '', unusedCode = ''] = careful.recoveryCodes;
    const usedTotp = totpCode(world, careful.secret);
    const begunLater = (await signInWithCode(world, careful.email, usedCode)).body;
    await keepAccount(world, keeps);
    await deleteAccount(world, leaver);
    await act(world, 'suspend', banned.account_id);
    await act(world, 'lift', pardoned.account_id);
    await resetPassword(world, usedReset, NEW_PASSWORD);
    const change = await beginEmailChange(world, mover, `moved-${mover.email}`);
    await confirmEmailChange(world, change.new);
    await confirmEmailChange(world, change.old);
    await world.deliver();
    world.clock.advance(UNTIL_LOSS);
    await world.run('erase-accounts');
    await deleteAccount(world, (await signInByMail(world, late.email)).body);
    const nowMs = world.clock.nowMs() + HOUR * 1000;
    const lost = await takeBackup(world);
    const deviceToken = deviceTokenOf(world, plain.email);
    const people = { careful, plain, keeper, leaver, banned, pardoned, robbed, mover, late };
    const held = { unusedReset, usedReset, link, usedCode, unusedCode, usedTotp, begunLater, keeps, deviceToken };
    return { people, held, backup, backupMs, lost, nowMs };
  } finally {
    await world.close();
  }
};

type Story = Awaited<ReturnType<typeof liveAndLose>>;

const subjectsTo = async (world: World, email: string) => {
  await world.deliver();
  return (await world.mailsTo(email)).map(({ subject }) => subject);
};

describe('a service from a backup, settled with the tables that it replaces', () => {
  let story: Story;
  let world: World;
  let settled: Awaited<ReturnType<typeof settle>>;

  beforeAll(async () => {
    story = await liveAndLose();
    const { backup, backupMs, lost, nowMs } = story;
    world = await startRestored(backup, { nowMs });
    settled = await settle(world, { backupMs, newer: lost.accounts });
    await world.run('erase-accounts');
  });
  afterAll(() => world.close());

  it('counts what it did, for the operator and for the log', () => {
    expect(settled).toMatchObject({
      isComplete: true,
      report: {
        event: 'operator-act',
        settled: 9,
        erased: 1,
        restarted: 1,
        cancelled: 1,
        voided: 4,
        suspended: 2,
        lifted: 1,
        unreadable: 0,
      },
    });
    expect(settled.lines).toContain(
      `look at ${story.people.mover.account_id}: its address is another since, so it is suspended`,
    );
  });

  it('ends every session: those of the backup, and those that began after it', async () => {
    const { people, held } = story;
    const tokens = [people.careful, people.plain, held.begunLater];

    const open = await Promise.all(tokens.map((one) => routesOpenTo(world, one)));
    const refreshed = await Promise.all(tokens.map(({ refresh_token: token }) => refresh(world, token)));

    expect(open).toEqual([[], [], []]);
    expect(refreshed.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  it('takes no mailed token of before, used or not, and mails new ones', async () => {
    const { plain } = story.people;
    const { unusedReset, usedReset, link } = story.held;

    const resets = await Promise.all([unusedReset, usedReset].map((token) => checkResetToken(world, token)));
    const bySignInLink = await signIn(world, plain.email, GOOD_PASSWORD, { linkToken: link });

    expect(resets.map(({ status }) => status)).toEqual([400, 400]);
    expect(bySignInLink.body).not.toHaveProperty('access_token');
    expect((await checkResetToken(world, await recoveryToken(world, plain.email))).status).toBe(200);
  });

  it('knows no device, so that a password of the backup alone opens no account without a second factor', async () => {
    const { plain } = story.people;
    const { deviceToken } = story.held;

    const { status, body } = await signIn(world, plain.email, GOOD_PASSWORD, { deviceToken });

    expect([status, body.factors]).toEqual([200, ['email_code']]);
    await world.deliver();
    const [code = ''] = await mailedCodes(world, plain.email);
    expect((await answerChallenge(world, body.challenge_token, code)).status).toBe(200);
  });

  it('reads the factors under the keyring of before: app, SMS, recovery codes, each as it has to be', async () => {
    const { careful } = story.people;
    const { usedCode, unusedCode, usedTotp } = story.held;

    const byOldTotp = await signInWithCode(world, careful.email, usedTotp);
    await signInWithApp(world, careful.email, careful.secret);
    const sameTotpAgain = await signInWithCode(world, careful.email, totpCode(world, careful.secret));
    const bySms = await signInBySms(world, careful.email, careful.phoneNumber);
    const byCode = await signInWithCode(world, careful.email, unusedCode);
    const byCodeAgain = await signInWithCode(world, careful.email, unusedCode);
    const byCodeOfAfter = await signInWithCode(world, careful.email, usedCode);

    expect([byOldTotp.status, sameTotpAgain.status]).toEqual([400, 400]);
    expect((await getProfile(world, bySms)).status).toBe(200);
    expect([byCode.status, byCodeAgain.status]).toEqual([200, 400]);
    // Nobody knows that it was used: docs/operating.md has owners told.
    expect(byCodeOfAfter.status).toBe(200);
  });

  it('keeps an account whose deletion was cancelled after the backup', async () => {
    const { keeper } = story.people;

    expect(await accountOf(world, keeper.account_id)).not.toHaveProperty('deletion');
    expect((await signInByMail(world, keeper.email)).status).toBe(200);
    expect((await keepAccount(world, story.held.keeps)).status).toBe(400);
  });

  it('erases an account again that was erased after the backup, and frees its address', async () => {
    const { leaver } = story.people;
    const rows = JSON.stringify([await world.rows('accounts'), await world.rows('credentials')]);

    expect(rows).not.toContain(leaver.email);
    expect((await world.rows('accounts')).find(({ pk }) => pk === `ERASED#${leaver.account_id}`)).toMatchObject({
      erasedAtEpochSeconds: expect.any(Number),
    });
    expect((await world.rows('credentials')).filter(({ pk }) => pk === `ACCOUNT#${leaver.account_id}`)).toEqual([]);
  });

  it('has a deletion that was asked for since wait for a whole grace, with a link that keeps the account', async () => {
    const { late } = story.people;

    const token = await keepToken(world, late.email);
    const { deletion } = await accountOf(world, late.account_id);

    expect(deletion).toMatchObject({ erasesAtEpochSeconds: Math.floor(story.nowMs / 1000) + GRACE });
    expect((await keepAccount(world, token)).status).toBe(200);
  });

  it('keeps out who was suspended since, and lets in whose suspension was lifted', async () => {
    const { banned, pardoned } = story.people;

    const answers = [await signInByMail(world, banned.email), await signInByMail(world, pardoned.email)];

    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
    expect(await accountOf(world, banned.account_id)).toHaveProperty('suspendedAtEpochSeconds');
    expect(await subjectsTo(world, banned.email)).toEqual([]); // no link for a password, as for every suspended account
  });

  it('takes no password that was replaced since, which a thief may have, and mails a link for another', async () => {
    const { robbed } = story.people;

    const byOld = await signInByMail(world, robbed.email);
    const subjects = await subjectsTo(world, robbed.email);
    const [token = ''] = await recoveryTokens(world, robbed.email);
    const reset = await resetPassword(world, token, NEW_PASSWORD);

    expect(byOld.status).toBe(401);
    expect(subjects.filter((subject) => subject.startsWith('Reset'))).toHaveLength(1);
    expect(reset.status).toBe(200);
  });

  it('lets nobody into an account whose address is another since, and mails nothing to the one of before', async () => {
    const { mover } = story.people;

    const { status } = await signInByMail(world, mover.email);
    await recoveryToken(world, mover.email).catch(() => undefined);

    expect(status).not.toBe(200);
    expect(await accountOf(world, mover.account_id)).toHaveProperty('suspendedAtEpochSeconds');
    expect(await subjectsTo(world, mover.email)).toEqual([]);
  });

  it('says in the history who did it and of when the backup was', async () => {
    const { banned } = story.people;
    const events = (await world.rows('accounts')).filter(
      ({ pk, type }) => pk === `ACCOUNT#${banned.account_id}` && type === 'operator-suspended',
    );

    expect(JSON.stringify(events)).toContain('restored from the backup of 2026-');
  });

  it('leaves all of them alone in a second run', async () => {
    const before = await everyRow(world);

    const again = await settle(world, { backupMs: story.backupMs, newer: null });

    expect(again.report).toMatchObject({ settled: 0, already: 8, restarted: 0 }); // one is erased by now
    expect(await everyRow(world)).toEqual(before);
  });
});

describe('a service from a backup, settled without any later state', () => {
  let story: Story;
  let world: World;

  beforeAll(async () => {
    story = await liveAndLose();
  });
  afterEach(() => world.close());

  it('erases nobody whose deletion may have been cancelled since: it begins anew, with a new link', async () => {
    const { backup, backupMs, nowMs, people } = story;
    world = await startRestored(backup, { nowMs });

    const { report } = await settle(world, { backupMs, newer: null });
    await world.run('erase-accounts');
    const token = await keepToken(world, people.keeper.email);

    expect(report).toMatchObject({ settled: 9, restarted: 1, erased: 0, voided: 0 });
    expect((await keepAccount(world, token)).status).toBe(200);
  });

  it('would have erased it without the command, which is what the command is for', async () => {
    const { backup, nowMs, people } = story;
    world = await startRestored(backup, { nowMs });

    await world.run('erase-accounts');

    expect(JSON.stringify(await world.rows('accounts'))).not.toContain(people.keeper.email);
  });

  it('takes no session or mailed token even where Tokens was restored against the rule', async () => {
    const { backup, backupMs, nowMs, people, held } = story;
    world = await startRestored(backup, { nowMs: backupMs + 60_000, tables: ['accounts', 'credentials', 'tokens'] });
    const isGood = async () => [
      (await getProfile(world, people.plain)).status,
      (await checkResetToken(world, held.unusedReset)).status,
      (await checkResetToken(world, held.usedReset)).status,
    ];
    const before = await isGood();

    await settle(world, { backupMs, newer: null });
    const refreshed = await refresh(world, people.plain.refresh_token);

    expect(before).toEqual([200, 200, 200]); // what was used since is as good as new
    expect(await isGood()).toEqual([401, 400, 400]);
    expect(refreshed.status).toBe(400);
    expect(nowMs).toBeGreaterThan(backupMs);
  });

  it('removes credentials of no account, and says where an account is not to be read', async () => {
    const { backup, backupMs, nowMs, people } = story;
    world = await startRestored(backup, { nowMs });
    const [password] = (await world.rows('credentials')).filter(({ sk }) => sk === 'PASSWORD');
    const account = await accountOf(world, people.plain.account_id);
    await world.database.put(world.tables.credentials, [{ ...password, pk: 'ACCOUNT#nobody' }]);
    await world.database.put(world.tables.accounts, [{ ...account, schemaVersion: 99 }]);

    const { isComplete, report } = await settle(world, { backupMs, newer: null });

    expect({ isComplete, ...report }).toMatchObject({ isComplete: false, settled: 8, unreadable: 1, orphans: 1 });
    expect((await world.rows('credentials')).filter(({ pk }) => pk === 'ACCOUNT#nobody')).toEqual([]);
  });

  it('gives an account without credentials, as where those are of an earlier backup, back to its owner by mail', async () => {
    const { backup, backupMs, nowMs, people } = story;
    const id = people.plain.account_id;
    const credentials = backup.credentials.filter(({ pk }) => pk !== `ACCOUNT#${id}`);
    world = await startRestored({ ...backup, credentials }, { nowMs });

    await settle(world, { backupMs, newer: null });
    await world.deliver();
    const [token = ''] = await recoveryTokens(world, people.plain.email);

    expect((await signIn(world, people.plain.email)).status).toBe(401);
    expect((await resetPassword(world, token, NEW_PASSWORD)).status).toBe(200);
    expect((await signInByMail(world, people.plain.email, NEW_PASSWORD)).status).toBe(200);
  });

  it('counts in a dry run, and changes nothing', async () => {
    const { backup, backupMs, nowMs, lost } = story;
    world = await startRestored(backup, { nowMs });
    const before = await everyRow(world);

    const { report, lines } = await settle(world, { backupMs, newer: lost.accounts, dryRun: true });

    expect(report).toMatchObject({ dry_run: true, settled: 9, erased: 1, restarted: 1, cancelled: 1 });
    expect(lines).toContain('would be: 9 settled');
    expect(await everyRow(world)).toEqual(before);
  });
});

describe('a service from a backup with a keyring that is older than its rows', () => {
  let scratch: string;
  let world: World | undefined;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'keyturn-older-keyring-'));
  });
  afterAll(async () => {
    await world?.close();
    rmSync(scratch, { recursive: true });
  });

  it('refuses codes of the apps under the missing root, serves everybody else, and takes them once the keyring is whole', async () => {
    const kept = join(scratch, 'keyring.json');
    const before = await startWorld({ settings: { sms: UNHINDERED_SMS }, rootSecret: KEPT_ROOT });
    const older = await accountWithApp(before);
    const document: KeyringDocument = JSON.parse(readFileSync(before.keyringFile, 'utf8'));
    writeFileSync(before.keyringFile, JSON.stringify({ ...document, roots: [...document.roots, newRoot(2)] }));
    copyFileSync(before.keyringFile, kept);
    before.clock.advance(HOUR); // every function has read it
    const newer = await accountWithBoth(before);
    const backup = await takeBackup(before);
    const nowMs = before.clock.nowMs() + DAY * 1000;
    await before.close();

    world = await startRestored(backup, { nowMs });
    await settle(world, { backupMs: nowMs - DAY * 1000, newer: null });
    const underOlder = await signInWithCode(world, older.email, totpCode(world, older.secret));
    const underMissing = await signInWithCode(world, newer.email, totpCode(world, newer.secret));
    const bySms = await signInBySms(world, newer.email, newer.phoneNumber);
    const served = await getProfile(world, bySms);
    copyFileSync(kept, world.keyringFile);
    world.clock.advance(HOUR);
    const whole = await signInWithCode(world, newer.email, totpCode(world, newer.secret));

    expect([underOlder.status, underMissing.status, whole.status]).toEqual([200, 400, 200]);
    expect(served.status).toBe(200);
  });
});
