import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { getProfile, refresh, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { callAs } from '../support/second-factor.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import {
  factorsRowOf,
  noticesTo,
  openTwoFactorOwner,
  proveAgain,
  signInWithApp,
  signInWithCode,
  speak,
  twoFactorOf,
} from '../support/two-factor-journeys.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };
const GROUPED = /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}$/;

describe('renew-recovery-codes', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const renew = ({ access_token: token }: Pick<SessionTokensAnswer, 'access_token'>): Promise<Answer> =>
    callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/post', token);
  const renewSparing = ({ access_token: token }: Pick<SessionTokensAnswer, 'access_token'>): Promise<Answer> =>
    callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/json', token, { body: { end_other_sessions: false } });

  it('shows ten new codes, of which none is an old one', async () => {
    const { session, recoveryCodes } = await openTwoFactorOwner(world);

    const answer = await renew(session);

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({
      recovery_codes: Array.from({ length: 10 }, () => expect.stringMatching(GROUPED)),
      session: expect.objectContaining({ session_id: session.session_id }),
    });
    expect(new Set([...answer.body.recovery_codes, ...recoveryCodes]).size).toBe(20);
  });

  it('makes the old ones worthless at once, at sign-in and to a signed-in caller', async () => {
    const { email, session, recoveryCodes } = await openTwoFactorOwner(world);
    const { body } = await renew(session);

    const signIns = [];
    for (const code of recoveryCodes.slice(0, 4)) signIns.push(await signInWithCode(world, email, code));
    const again = await proveAgain(world, body.session, { code: recoveryCodes[5] ?? '' });
    const fresh = await signInWithCode(world, email, body.recovery_codes[0]);

    expect(signIns).toMatchObject([INVALID, INVALID, INVALID, INVALID]);
    expect(again).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    expect(fresh).toMatchObject({ status: 200, body: { recovery_codes_left: 9 } });
  });

  it('fills up what was used', async () => {
    const { email, session, recoveryCodes } = await openTwoFactorOwner(world);
    for (const code of recoveryCodes) await signInWithCode(world, email, code);
    const before = await twoFactorOf(world, session);

    const { body } = await renew(session);

    expect(before.recovery_codes_left).toBe(0);
    expect((await twoFactorOf(world, body.session)).recovery_codes_left).toBe(10);
  });

  it('leaves apps as they are, and sessions where the owner wants that', async () => {
    const { email, secret, session, firstSession, accountId } = await openTwoFactorOwner(world);
    const before = await factorsRowOf(world, accountId);

    await renewSparing(session);

    expect((await factorsRowOf(world, accountId))?.apps).toEqual(before?.apps);
    expect((await getProfile(world, firstSession)).status).toBe(200);
    expect((await refresh(world, session.refresh_token)).status).toBe(200);
    expect((await signInWithApp(world, email, secret)).account_id).toBe(accountId);
  });

  it('is a conflict where no factor is on: there is nothing that codes could stand in for', async () => {
    const session = await signUp(world, 'no-factor@example.com');
    const before = await storedRows(world);

    const answer = await renew(session);

    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await storedRows(world)).toEqual(before);
  });

  it('is a conflict after the last factor was removed', async () => {
    const { session } = await openTwoFactorOwner(world);
    const { body } = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token);

    expect(await renew(body.session)).toMatchObject({ status: 409 });
  });

  it('wants a session that has proven the second factor: the old codes stay', async () => {
    const { email, firstSession, recoveryCodes } = await openTwoFactorOwner(world);

    const answer = await renew(firstSession);

    expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    expect((await signInWithCode(world, email, recoveryCodes[0] ?? '')).status).toBe(200);
  });

  it('keeps the new codes as keyed hashes', async () => {
    const { session, accountId } = await openTwoFactorOwner(world);

    const { body } = await renew(session);

    const hashes = Object.keys((await factorsRowOf(world, accountId))?.recoveryCodes as Record<string, unknown>);
    const codes = Object.fromEntries(body.recovery_codes.map((code: string, index: number) => [`code ${index}`, code]));
    expect(hashes.filter((hash) => /^1\.[\w-]{43}$/.test(hash))).toHaveLength(10);
    expect(leaksIn(await everythingStored(world), codes)).toEqual([]);
  });

  it.each([
    ['en', 'New recovery codes were created for your Bookshelf account'],
    ['de', 'Neue Wiederherstellungs-Codes für Ihr Konto bei Bookshelf wurden erstellt'],
  ])('tells the owner by mail, in their language (%s), and shows the mail no code', async (locale, subject) => {
    const { email, session } = await openTwoFactorOwner(world);
    await speak(world, session, locale);

    const { body } = await renew(session);
    const subjects = await noticesTo(world, email);

    expect(subjects.filter((one) => one === subject)).toHaveLength(1);
    const codes = Object.fromEntries(body.recovery_codes.map((code: string) => [code, code]));
    expect(leaksIn(JSON.stringify(await world.mailsTo(email)), codes)).toEqual([]);
  });

  it('leaves an entry in the history and a line in the log', async () => {
    const { session, accountId } = await openTwoFactorOwner(world);
    world.clock.advance(1);
    const before = world.logs.length;

    await renew(session);

    expect((await eventsOf(world, accountId)).at(-1)).toMatchObject({
      type: 'recovery-codes-renewed',
      sourceIp: '203.0.113.7',
    });
    expect(
      world.logs
        .slice(before)
        .map((line) => JSON.parse(line))
        .filter(({ event }) => event === 'recovery-codes-renewed'),
    ).toMatchObject([{ level: 'info', account_id: accountId, outcome: 'success' }]);
  });

  it('shows none while they can not be stored, and the old ones work still', async () => {
    const { email, session, recoveryCodes } = await openTwoFactorOwner(world);
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

    const answer = await renew(session);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
    expect(answer.body).not.toHaveProperty('recovery_codes');
    expect((await signInWithCode(world, email, recoveryCodes[0] ?? '')).status).toBe(200);
  });

  it('answers a fault of its own without a word about it', async () => {
    const { session } = await openTwoFactorOwner(world);
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'access-denied' });

    const answer = await renew(session);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('puts no code, token or address into a log', async () => {
    const before = world.logs.length;
    const { email, session, secret } = await openTwoFactorOwner(world);

    const { body } = await renew(session);

    const codes = Object.fromEntries(body.recovery_codes.map((code: string) => [`code ${code}`, code]));
    const secrets = { ...codes, email, secret, access: session.access_token, refresh: session.refresh_token };
    expect(leaksIn(world.logs.slice(before), secrets)).toEqual([]);
  });
});
