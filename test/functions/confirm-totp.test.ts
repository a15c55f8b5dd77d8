import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { getProfile, openAccount, signIn, signUp, signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, formBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import {
  factorsRowOf,
  noticesTo,
  openTwoFactorOwner,
  STEP_SECONDS,
  signInWithCode,
  speak,
  twoFactorOf,
} from '../support/two-factor-journeys.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };
const GROUPED = /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}$/;

describe('confirm-totp', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  /** An account with an unconfirmed app. */
  const pending = async () => {
    const account = await openAccount(world);
    const { body } = await beginAuthenticator(world, account.session);
    return { ...account, secret: String(body.secret) };
  };
  const confirm = ({ access_token: token }: SessionTokensAnswer, code: unknown): Promise<Answer> =>
    callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body: { code } });
  const wrong = (code: string): string => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));

  it('switches the app on and shows ten recovery codes of 80 bits in groups of four', async () => {
    const { session, secret } = await pending();

    const answer = await confirm(session, totpCode(world, secret));

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({
      factor: 'totp',
      id: expect.any(String),
      recovery_codes: Array.from({ length: 10 }, () => expect.stringMatching(GROUPED)),
      session: expect.objectContaining({ session_id: session.session_id }),
    });
    expect(new Set(answer.body.recovery_codes).size).toBe(10);
    expect(await twoFactorOf(world, answer.body.session)).toMatchObject({
      enabled: true,
      factors: [{ factor: 'totp', id: answer.body.id }],
      recovery_codes_left: 10,
    });
  });

  it('shows no recovery codes again with a second app, and leaves those that there are', async () => {
    const { session, recoveryCodes, email } = await openTwoFactorOwner(world);

    const second = await addAuthenticator(world, session, 'Tablet');

    expect(second.recoveryCodes).toEqual([]);
    expect((await twoFactorOf(world, session)).recovery_codes_left).toBe(10);
    expect((await signInWithCode(world, email, recoveryCodes[0] ?? '')).status).toBe(200);
  });

  it('asks for the second factor from then on, and leaves the sessions that there are where the owner wants that', async () => {
    const { email, session, secret } = await pending();

    await callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, {
      body: { code: totpCode(world, secret), end_other_sessions: false },
    });
    const answer = await signIn(world, email);

    expect(answer.body).toEqual({
      second_factor_required: true,
      challenge_token: expect.any(String),
      expires_in: 600,
      factors: ['totp', 'recovery_code'],
    });
    expect((await getProfile(world, session)).status).toBe(200);
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const { session, secret } = await pending();

    const answer = await world.call(
      'confirm-totp',
      loadEvent('confirm-totp/form', {
        ...formBody({ code: totpCode(world, secret) }),
        ...bearer(session.access_token),
      }),
    );

    expect(answer.status).toBe(200);
  });

  describe('the enrollment_id', () => {
    const confirmAs = (
      { access_token: token }: SessionTokensAnswer,
      code: string,
      enrollmentId: unknown,
    ): Promise<Answer> =>
      callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body: { code, enrollment_id: enrollmentId } });
    const OUTDATED = {
      status: 409,
      body: { code: 'conflict', errors: [{ field: 'enrollment_id', code: 'outdated' }] },
    };

    it.each([
      ['as it was given', (id: string) => id],
      ['in capitals, as Swift writes a UUID', (id: string) => id.toUpperCase()],
    ])('is taken %s', async (_, write) => {
      const { session } = await openAccount(world);
      const { body } = await beginAuthenticator(world, session);

      const answer = await confirmAs(session, totpCode(world, body.secret), write(body.enrollment_id));

      expect(answer).toMatchObject({ status: 200, body: { id: body.enrollment_id } });
    });

    it('tells the page of an enrolment that another session has replaced, and spends no try', async () => {
      const { email, session } = await openAccount(world);
      const { body } = await beginAuthenticator(world, session);
      const { body: other } = await signIn(world, email);
      const newer = await beginAuthenticator(world, other);
      const before = await everythingStored(world);

      const answer = await confirmAs(session, totpCode(world, body.secret), body.enrollment_id);

      expect(answer).toMatchObject(OUTDATED);
      expect(await everythingStored(world)).toEqual(before);
      expect((await confirmAs(other, totpCode(world, newer.body.secret), newer.body.enrollment_id)).status).toBe(200);
    });

    it("is answered alike where it is another account's or of nothing at all, and the app is still awaited", async () => {
      const { session, secret } = await pending();
      const foreign = await beginAuthenticator(world, (await openAccount(world)).session);
      const code = totpCode(world, secret);

      for (const id of [foreign.body.enrollment_id, 'an id', '00000000-0000-4000-8000-000000000000']) {
        expect(await confirmAs(session, code, id)).toMatchObject(OUTDATED);
      }
      expect((await confirm(session, code)).status).toBe(200);
    });

    it.each([null, undefined])('may be left out: %p', async (id) => {
      const { session, secret } = await pending();

      expect((await confirmAs(session, totpCode(world, secret), id)).status).toBe(200);
    });
  });

  describe('the code', () => {
    it('is used up by it: it signs nobody in, and the next one does', async () => {
      const { email, session, secret } = await pending();
      const code = totpCode(world, secret);
      await confirm(session, code);

      const replayed = await signInWithCode(world, email, code);
      world.clock.advance(STEP_SECONDS);
      const late = await signInWithCode(world, email, code);
      const next = await signInWithCode(world, email, totpCode(world, secret));

      expect([replayed, late]).toMatchObject([INVALID, INVALID]);
      expect(next.status).toBe(200);
    });

    it('confirms no second time', async () => {
      const { session, secret } = await pending();
      const code = totpCode(world, secret);
      const { body } = await confirm(session, code);

      // The session proves the password alone, and by now a second factor is active.
      expect(await confirm(body.session, code)).toMatchObject({
        status: 401,
        body: { code: 'fresh-session-required' },
      });
    });

    it('may be of the step before, and then leaves the present one to sign in with', async () => {
      const { email, session, secret } = await pending();
      const earlier = totpCode(world, secret);
      world.clock.advance(STEP_SECONDS);

      const confirmed = await confirm(session, earlier);
      const present = await signInWithCode(world, email, totpCode(world, secret));

      expect([confirmed.status, present.status]).toEqual([200, 200]);
    });

    it('may not be of two steps before', async () => {
      const { session, secret } = await pending();
      const code = totpCode(world, secret);
      world.clock.advance(2 * STEP_SECONDS);

      expect(await confirm(session, code)).toMatchObject(INVALID);
    });

    it.each([
      ['in two groups', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
      ['with a hyphen', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
      ['with blanks around it', (code: string) => `  ${code} `],
    ])('may be typed %s', async (_, typed) => {
      const { session, secret } = await pending();

      expect((await confirm(session, typed(totpCode(world, secret)))).status).toBe(200);
    });

    it.each<[string, (code: string) => unknown]>([
      ['wrong', wrong],
      ['of five digits', (code) => code.slice(0, 5)],
      ['of seven digits', (code) => `${code}0`],
      ['1e5', () => '1e5'],
      ['blanks alone', () => '   '],
      ['a sign and digits', (code) => `+${code.slice(1)}`],
      ['followed by NUL', (code) => `${code}\0`],
      ['as long as may be', () => '1'.repeat(64)],
      ['shaped like a recovery code', () => '0123-4567-89AB-CDEF'],
      ['a name of every object', () => '__proto__'],
    ])('is refused that is %s, with one and the same answer, and the right one works afterwards', async (_, typed) => {
      const { session, secret } = await pending();
      const nobody = await confirm(await signUpSomebody(world), '000000');

      const refused = await confirm(session, typed(totpCode(world, secret)));
      const right = await confirm(session, totpCode(world, secret));

      expect(refused).toMatchObject(INVALID);
      expect(refused).toEqual(nobody);
      expect(right.status).toBe(200);
    });

    it.each<[string, unknown, string]>([
      ['a number', 123456, 'wrong-type'],
      ['an array', ['123456', '654321'], 'wrong-type'],
      ['null', null, 'wrong-type'],
      ['an object', { $eq: 'x' }, 'wrong-type'],
      ['empty', '', 'too-short'],
      ['65 characters', '1'.repeat(65), 'too-long'],
      ['half a character', '\ud83d', 'ill-formed-text'],
    ])('is no code at all that is %s: no try is spent', async (_, code, reason) => {
      const { session } = await pending();
      const before = world.proxy.calls.length;

      const answer = await confirm(session, code);

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'code', code: reason }] },
      });
      expect(world.proxy.calls).toHaveLength(before);
    });
  });

  describe('its tries', () => {
    it('are twenty, then the right code comes too late for a minute', async () => {
      const { session, secret } = await pending();
      for (let times = 0; times < 20; times += 1) await confirm(session, wrong(totpCode(world, secret)));

      const locked = await confirm(session, totpCode(world, secret));
      world.clock.advance(59);
      const stillLocked = await confirm(session, totpCode(world, secret));
      world.clock.advance(1);
      const open = await confirm(session, totpCode(world, secret));

      expect([locked, stillLocked]).toMatchObject([INVALID, INVALID]);
      expect(open.status).toBe(200);
    });

    it('leave an entry in the history, each', async () => {
      const { session, secret } = await pending();
      world.clock.advance(1);

      await confirm(session, wrong(totpCode(world, secret)));

      expect((await eventsOf(world, session.account_id)).at(-1)).toMatchObject({
        type: 'second-factor-failed',
        sourceIp: '203.0.113.7',
      });
    });

    it('are not given back by beginning anew', async () => {
      const { session } = await pending();
      for (let times = 0; times < 20; times += 1) await confirm(session, '000000');

      const { body } = await beginAuthenticator(world, session);

      expect(await confirm(session, totpCode(world, body.secret))).toMatchObject(INVALID);
    });

    it('are spent even where nothing is awaited: whether something is does not show', async () => {
      const session = await signUp(world, 'spends-all-the-same@example.com');

      await confirm(session, '000000');

      const counters = (await world.rows('tokens')).filter(
        ({ pk, sk }) => pk === `ACCOUNT#${session.account_id}` && String(sk).startsWith('ATTEMPTS#totp'),
      );
      expect(counters).toMatchObject([{ used: 1 }]);
    });
  });

  describe('the recovery codes', () => {
    it('work once each, and count down to none', async () => {
      const { email, recoveryCodes } = await openTwoFactorOwner(world);
      const left: number[] = [];
      const again: number[] = [];

      for (const code of recoveryCodes) {
        left.push((await signInWithCode(world, email, code)).body.recovery_codes_left);
        again.push((await signInWithCode(world, email, code)).status);
      }

      expect(left).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      expect(again).toEqual(Array.from({ length: 10 }, () => 400));
    });

    it('are kept as keyed hashes: nobody can check a guess who has the tables alone', async () => {
      const { accountId, recoveryCodes } = await openTwoFactorOwner(world);
      const row = await factorsRowOf(world, accountId);
      const hashes = Object.keys(row?.recoveryCodes as Record<string, unknown>);
      const canonical = recoveryCodes.map((code) => code.replaceAll('-', ''));

      expect(hashes).toHaveLength(10);
      expect(hashes.every((hash) => /^1\.[\w-]{43}$/.test(hash))).toBe(true);
      const stored = await everythingStored(world);
      expect(leaksIn(stored, Object.fromEntries(canonical.map((code, index) => [`code ${index}`, code])))).toEqual([]);
      for (const code of [...canonical, ...recoveryCodes]) {
        for (const guess of [code, `${accountId}/${code}`, `${accountId}${code}`]) {
          const digest = createHash('sha256').update(guess);
          expect(stored).not.toContain(digest.copy().digest('base64url'));
          expect(stored).not.toContain(digest.digest('hex'));
        }
      }
    });

    it("work for nobody else's account", async () => {
      const { recoveryCodes } = await openTwoFactorOwner(world);
      const other = await openTwoFactorOwner(world);

      expect(await signInWithCode(world, other.email, recoveryCodes[0] ?? '')).toMatchObject(INVALID);
    });
  });

  it.each([
    ['en', 'An authenticator app was added to your Bookshelf account'],
    ['de', 'Zu Ihrem Konto bei Bookshelf wurde eine Authenticator-App hinzugefügt'],
  ])('tells the owner by mail, in their language (%s), once for each app', async (locale, subject) => {
    const { email, session, secret } = await pending();
    await speak(world, session, locale);
    await confirm(session, wrong(totpCode(world, secret)));
    await confirm(session, totpCode(world, secret));

    const subjects = await noticesTo(world, email);

    expect(subjects.filter((one) => one === subject)).toHaveLength(1);
    expect(subjects[0]).toBe(subject);
  });

  it('leaves an entry in the history and a line in the log', async () => {
    const before = world.logs.length;
    const { session, secret } = await pending();
    world.clock.advance(1);

    await confirm(session, totpCode(world, secret));

    expect((await eventsOf(world, session.account_id)).at(-1)).toMatchObject({
      type: 'authenticator-added',
      sourceIp: '203.0.113.7',
    });
    expect(
      world.logs
        .slice(before)
        .map((line) => JSON.parse(line))
        .filter(({ event }) => event === 'authenticator-added'),
    ).toMatchObject([{ level: 'info', account_id: session.account_id, outcome: 'success' }]);
  });

  it.each(bodyFaults({ code: '123456' }))('refuses $fault', async ({ changes, status, code, errors }) => {
    const { session } = await pending();

    const event = loadEvent('confirm-totp/json', { ...changes, ...bearer(session.access_token) });
    const answer = await world.call('confirm-totp', event);

    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.body.errors).toEqual(errors);
  });

  it.each([
    ['the try can not be counted', 0],
    ['the app can not be added', 1],
  ])('switches nothing on while %s, and the same code works afterwards', async (_, after) => {
    const { session, secret } = await pending();
    world.proxy.fail({ operation: 'TransactWriteItems', after, times: 20, kind: 'server-error' });

    const down = await confirm(session, totpCode(world, secret));
    world.proxy.heal();
    const between = await twoFactorOf(world, session);
    const up = await confirm(session, totpCode(world, secret));

    expect(down).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(down.body).not.toHaveProperty('recovery_codes');
    expect(between).toEqual({ enabled: false, factors: [], recovery_codes_left: 0 });
    expect(up.status).toBe(200);
  });

  it('puts no code, secret or address into a log or into the answer of a problem', async () => {
    const before = world.logs.length;
    const { email, session, secret } = await pending();
    const code = totpCode(world, secret);
    const refused = await confirm(session, wrong(code));
    const faulty = await confirm(session, [code]);
    const confirmed = await confirm(session, code);
    const codes = Object.fromEntries(confirmed.body.recovery_codes.map((one: string) => [`recovery ${one}`, one]));

    expect(confirmed.status).toBe(200);
    expect(leaksIn([refused.text, faulty.text], { code, secret, email, wrong: wrong(code) })).toEqual([]);
    expect(leaksIn(confirmed.text, { code, secret, email })).toEqual([]);
    expect(leaksIn(world.logs.slice(before), { ...codes, secret, email, token: session.access_token })).toEqual([]);
  });
});
