import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { GOOD_PASSWORD, openAccount, refresh, signIn } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, formBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { beginAuthenticator, callAs, challengeOf, newestCode, totpCode } from '../support/second-factor.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import {
  answerChallenge,
  claimsOf,
  noticesTo,
  openTwoFactorOwner,
  proveAgain,
  STEP_SECONDS,
  speak,
  twoFactorOf,
} from '../support/two-factor-journeys.ts';
import { addSms, triesOf } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const WRONG = 'not the password';
const REFUSED = { status: 401, body: { code: 'invalid-credentials' } };
const DAY = 24 * 3600;

describe('reauthenticate', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const newAccount = () => openAccount(world);
  const nextCode = (secret: string): string => {
    world.clock.advance(STEP_SECONDS);
    return totpCode(world, secret);
  };
  const wrong = (code: string): string => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));
  const sessionRowOf = async ({ session_id: id }: SessionTokensAnswer) =>
    (await world.rows('tokens')).find(({ sessionId }) => sessionId === id);
  /** Requests a code by SMS to the account's own number, as a signed-in caller. */
  const codeBySms = async ({ access_token: token }: SessionTokensAnswer, number: string): Promise<string> => {
    await callAs(world, 'request-verification', 'request-verification/with-bearer', token, { body: {} });
    await world.deliver();
    return newestCode(world, number);
  };

  describe('with the password alone, where no second factor is on', () => {
    it('makes the session fresh, and says until when', async () => {
      const { session } = await newAccount();
      world.clock.advance(600);

      const answer = await proveAgain(world, session);

      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
      expect(answer.body).toEqual({
        fresh_until: toRfc3339(world.clock.nowSeconds() + 300),
        token_type: 'Bearer',
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        expires_in: 900,
      });
      expect(claimsOf(answer.body.access_token)).toMatchObject({
        amr: ['pwd'],
        auth_time: world.clock.nowSeconds(),
        exp: world.clock.nowSeconds() + 900,
      });
      expect((await beginAuthenticator(world, session)).body.code).toBe('fresh-session-required');
      expect((await beginAuthenticator(world, answer.body)).status).toBe(200);
    });

    it('opens what asks for a fresh session until the second that it named, and not one longer', async () => {
      const { session } = await newAccount();
      const { body } = await proveAgain(world, session);

      world.clock.advance(300);
      const atTheEnd = await beginAuthenticator(world, body);
      world.clock.advance(1);
      const after = await beginAuthenticator(world, body);

      expect([atTheEnd.status, after.status]).toEqual([200, 401]);
    });

    /** @asvs 7.2.4 */
    it('leaves the refresh token as it is; what it is traded for is as fresh', async () => {
      const { session } = await newAccount();
      world.clock.advance(600);
      const { body } = await proveAgain(world, session);
      world.clock.advance(100);

      const refreshed = await refresh(world, session.refresh_token);

      const { amr, auth_time: authTime } = claimsOf(body.access_token);
      expect(refreshed.status).toBe(200);
      expect(claimsOf(refreshed.body.access_token)).toMatchObject({ amr, auth_time: authTime });
      expect(authTime).toBe(world.clock.nowSeconds() - 100);
      expect((await beginAuthenticator(world, refreshed.body)).status).toBe(200);
    });

    it('makes no other session fresh', async () => {
      const { email, session } = await newAccount();
      const { body: other } = await signIn(world, email);
      world.clock.advance(301);
      await proveAgain(world, session);

      const refreshed = await refresh(world, other.refresh_token);

      expect((await beginAuthenticator(world, refreshed.body)).body.code).toBe('fresh-session-required');
    });

    it('does not mind a code that nobody asked for, and takes it for no factor', async () => {
      const { session } = await newAccount();

      const answer = await proveAgain(world, session, { code: '123456' });

      expect(claimsOf(answer.body.access_token).amr).toEqual(['pwd']);
    });

    it('takes a form as the Dart http package sends a map', async () => {
      const { session } = await newAccount();

      const event = loadEvent('reauthenticate/json', {
        ...formBody({ password: GOOD_PASSWORD }),
        ...bearer(session.access_token),
      });
      const answer = await world.call('reauthenticate', event);

      expect(answer.status).toBe(200);
    });
  });

  describe('with a second factor', () => {
    it('takes the password and a code of an app, and says so', async () => {
      const { firstSession, secret } = await openTwoFactorOwner(world);

      const answer = await proveAgain(world, firstSession, { code: nextCode(secret) });

      expect(answer.status).toBe(200);
      expect(claimsOf(answer.body.access_token)).toMatchObject({
        amr: ['pwd', 'otp', 'mfa'],
        auth_time: world.clock.nowSeconds(),
      });
      expect((await beginAuthenticator(world, answer.body)).status).toBe(200);
      expect(claimsOf((await refresh(world, firstSession.refresh_token)).body.access_token).amr).toEqual([
        'pwd',
        'otp',
        'mfa',
      ]);
    });

    it('takes a code that is typed in groups', async () => {
      const { firstSession, secret } = await openTwoFactorOwner(world);
      const code = nextCode(secret);

      const answer = await proveAgain(world, firstSession, { code: ` ${code.slice(0, 3)}-${code.slice(3)} ` });

      expect(answer.status).toBe(200);
    });

    it('takes the password and a recovery code, which is used up by it', async () => {
      const { firstSession, recoveryCodes } = await openTwoFactorOwner(world);
      const code = recoveryCodes[0] ?? '';

      const answer = await proveAgain(world, firstSession, { code });
      const again = await proveAgain(world, firstSession, { code });

      expect(answer.status).toBe(200);
      expect(claimsOf(answer.body.access_token).amr).toEqual(['pwd', 'otp', 'mfa']);
      expect(again).toMatchObject(REFUSED);
      expect((await twoFactorOf(world, firstSession)).recovery_codes_left).toBe(9);
    });

    it('says how many recovery codes are left, as every answer to a used one does', async () => {
      const { firstSession, recoveryCodes, secret } = await openTwoFactorOwner(world);

      const withCode = await proveAgain(world, firstSession, { code: recoveryCodes[0] ?? '' });
      const withApp = await proveAgain(world, firstSession, { code: nextCode(secret) });

      expect(withCode.body.recovery_codes_left).toBe(9);
      expect(withApp.body).not.toHaveProperty('recovery_codes_left');
    });

    it.each([
      ['en', 'A recovery code was used for your Bookshelf account'],
      ['de', 'Ein Wiederherstellungs-Code für Ihr Konto bei Bookshelf wurde verwendet'],
    ])('tells the owner of a used recovery code by mail, in their language (%s)', async (locale, subject) => {
      const { email, session, recoveryCodes } = await openTwoFactorOwner(world);
      await speak(world, session, locale);

      await proveAgain(world, session, { code: recoveryCodes[0] ?? '' });

      expect((await noticesTo(world, email)).filter((one) => one === subject)).toHaveLength(1);
    });

    it('leaves the use of a recovery code in the history', async () => {
      const { session, accountId, recoveryCodes } = await openTwoFactorOwner(world);

      await proveAgain(world, session, { code: recoveryCodes[0] ?? '' });

      expect((await eventsOf(world, accountId)).map(({ type }) => type)).toContain('recovery-code-used');
    });

    it('takes the password and a code by SMS, once', async () => {
      const { session } = await newAccount();
      const number = '+436641234542';
      await addSms(world, session, number);
      world.clock.advance(60);
      const code = await codeBySms(session, number);

      const answer = await proveAgain(world, session, { code });
      const again = await proveAgain(world, session, { code });

      expect(answer.status).toBe(200);
      expect(claimsOf(answer.body.access_token).amr).toEqual(['pwd', 'sms', 'mfa']);
      expect(again).toMatchObject(REFUSED);
    });

    it("takes no code that went to a number which is not the account's: it proves nothing of its owner", async () => {
      const { session } = await newAccount();
      await addSms(world, session, '+436641234551');
      world.clock.advance(60);
      const mallorys = '+436641234552';
      await callAs(world, 'request-verification', 'request-verification/with-bearer', session.access_token, {
        body: { phone_number: mallorys },
      });
      await world.deliver();

      const answer = await proveAgain(world, session, { code: await newestCode(world, mallorys) });

      expect(answer).toMatchObject(REFUSED);
    });

    it("takes no code that was sent for something else, though it went to the account's own number", async () => {
      const { session } = await newAccount();
      const own = '+436641234553';
      await addSms(world, session, own);
      world.clock.advance(60);
      await callAs(world, 'request-verification', 'request-verification/with-bearer', session.access_token, {
        body: { phone_number: own },
      });
      await world.deliver();

      const answer = await proveAgain(world, session, { code: await newestCode(world, own) });

      expect(answer).toMatchObject(REFUSED);
    });

    it('takes no code that was sent to sign in with', async () => {
      const { email, session } = await newAccount();
      const own = '+436641234554';
      await addSms(world, session, own);
      world.clock.advance(60);
      await codeBySms({ ...session, access_token: await challengeOf(world, email) }, own);

      const answer = await proveAgain(world, session, { code: await newestCode(world, own) });

      expect(answer).toMatchObject(REFUSED);
    });

    it('takes a code once: not one that has signed in, and none twice', async () => {
      const { session, secret } = await openTwoFactorOwner(world);
      const ofSignIn = await proveAgain(world, session, { code: totpCode(world, secret) });
      const code = nextCode(secret);

      const first = await proveAgain(world, session, { code });
      const second = await proveAgain(world, session, { code });

      expect([ofSignIn, second]).toMatchObject([REFUSED, REFUSED]);
      expect(first.status).toBe(200);
    });

    it('asks for a code where none came, by name, before any work', async () => {
      const { session } = await openTwoFactorOwner(world);
      let answer: Answer | undefined;
      const before = world.proxy.calls.length;

      const hashes = await hashesDuring(async () => {
        answer = await proveAgain(world, session, { password: WRONG });
      });

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'code', code: 'required' }] },
      });
      expect(hashes.count).toBe(0);
      expect(world.proxy.calls.slice(before).filter(({ operation }) => !operation.includes('Get'))).toEqual([]);
    });
  });

  describe('a failure', () => {
    it('answers byte for byte the same, whatever was wrong', async () => {
      const { session, secret, recoveryCodes } = await openTwoFactorOwner(world);
      const { recoveryCodes: foreign } = await openTwoFactorOwner(world);
      const code = nextCode(secret);
      const tries = [
        { password: WRONG, code },
        { code: wrong(code) },
        { password: WRONG, code: wrong(code) },
        { code: foreign[0] ?? '' },
        { password: WRONG, code: recoveryCodes[0] ?? '' },
        { code: '1e5' },
        { code: '１２３４５６' },
        { code: ' - ' },
        { code: `${code}\0` },
        { password: `${GOOD_PASSWORD}\0`, code },
      ];

      const answers: Answer[] = [];
      for (const one of tries) answers.push(await proveAgain(world, session, one));

      expect(answers[0]).toMatchObject({ ...REFUSED, headers: { 'www-authenticate': 'Bearer' } });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });

    it('uses no code up: the right password still finds it good', async () => {
      const { session, secret, recoveryCodes } = await openTwoFactorOwner(world);
      const code = nextCode(secret);
      await proveAgain(world, session, { password: WRONG, code });
      await proveAgain(world, session, { password: WRONG, code: recoveryCodes[0] ?? '' });

      const answers = [
        await proveAgain(world, session, { code }),
        await proveAgain(world, session, { code: recoveryCodes[0] ?? '' }),
      ];

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    });

    it('makes nothing fresh', async () => {
      const { session } = await newAccount();
      const before = await sessionRowOf(session);
      world.clock.advance(301);

      await proveAgain(world, session, { password: WRONG });
      const refreshed = await refresh(world, session.refresh_token);

      expect(await sessionRowOf(session)).toMatchObject({
        authTimeEpochSeconds: before?.authTimeEpochSeconds,
        methods: before?.methods,
      });
      expect((await beginAuthenticator(world, refreshed.body)).body.code).toBe('fresh-session-required');
    });

    it('costs one hash at most, and a success one', async () => {
      const { session, secret } = await openTwoFactorOwner(world);
      const code = nextCode(secret);
      const costOf = async (one: { password?: string; code: string }) =>
        (await hashesDuring(() => proveAgain(world, session, one))).count;

      const costs = [
        await costOf({ password: WRONG, code }),
        await costOf({ code: wrong(code) }),
        await costOf({ password: 'cut\0off', code }),
        await costOf({ code }),
      ];

      expect(costs).toEqual([1, 1, 0, 1]);
    });

    it('stays in the history for a month, a success as long as the rest, and each leaves a line in the log', async () => {
      const { session } = await newAccount();
      world.clock.advance(1);
      const before = world.logs.length;

      await proveAgain(world, session, { password: WRONG });
      world.clock.advance(1);
      await proveAgain(world, session);

      const nowSeconds = world.clock.nowSeconds();
      expect((await eventsOf(world, session.account_id)).slice(-2)).toMatchObject([
        {
          type: 'reauthentication-failed',
          sourceIp: '203.0.113.7',
          expiresAtEpochSeconds: nowSeconds - 1 + 30 * DAY,
        },
        { type: 'reauthenticated', sourceIp: '203.0.113.7', expiresAtEpochSeconds: nowSeconds + 400 * DAY },
      ]);
      expect(
        world.logs
          .slice(before)
          .map((line) => JSON.parse(line))
          .filter(({ event }) => event === 'reauthenticate'),
      ).toMatchObject([
        { level: 'warn', account_id: session.account_id, outcome: 'failure' },
        { level: 'info', account_id: session.account_id, outcome: 'success' },
      ]);
    });
  });

  describe('its tries', () => {
    const failWith = async (session: SessionTokensAnswer, times: number, tried = { password: WRONG }) => {
      for (let spent = 0; spent < times; spent += 1) await proveAgain(world, session, tried);
    };

    it('are twenty: then the right password comes too late for a minute, at the price of a hash all the same', async () => {
      const { session } = await newAccount();
      await failWith(session, 20);
      let locked: Answer | undefined;

      const hashes = await hashesDuring(async () => {
        locked = await proveAgain(world, session);
      });
      world.clock.advance(59);
      const stillLocked = await proveAgain(world, session);
      world.clock.advance(1);
      const open = await proveAgain(world, session);

      expect([locked, stillLocked]).toMatchObject([REFUSED, REFUSED]);
      expect(hashes.count).toBe(1); // without the hash the time would reveal the lock (CWE-208)
      expect(open.status).toBe(200);
    });

    it('lock for twice as long each time', async () => {
      const { session } = await newAccount();
      await failWith(session, 20);
      world.clock.advance(60);
      await failWith(session, 1);
      world.clock.advance(119);

      const tooEarly = await proveAgain(world, session);
      world.clock.advance(1);
      const open = await proveAgain(world, session);

      expect([tooEarly.status, open.status]).toEqual([401, 200]);
    });

    it('answer while locked as they do to a wrong password', async () => {
      const { session } = await newAccount();
      const wrongOne = await proveAgain(world, session, { password: WRONG });
      await failWith(session, 19);

      expect(await proveAgain(world, session)).toEqual(wrongOne);
    });

    it('lie with the account: another session or a new sign-in gives nothing back', async () => {
      const { email, session } = await newAccount();
      await failWith(session, 20);

      const { body: other } = await signIn(world, email);

      expect(other.access_token).toEqual(expect.any(String)); // the lock concerns this factor alone
      expect(await proveAgain(world, other)).toMatchObject(REFUSED);
    });

    it('of codes count at sign-in and here together, whichever asks, and leave another factor usable', async () => {
      const { email, session, secret, recoveryCodes } = await openTwoFactorOwner(world);
      for (let challenges = 0; challenges < 4; challenges += 1) {
        const challenge = await challengeOf(world, email);
        for (let times = 0; times < 5; times += 1)
          await answerChallenge(world, challenge, wrong(totpCode(world, secret)));
      }

      const locked = await proveAgain(world, session, { code: nextCode(secret) });
      const byRecovery = await proveAgain(world, session, { code: recoveryCodes[0] ?? '' });
      const stillLocked = await proveAgain(world, session, { code: totpCode(world, secret) });

      expect([locked, stillLocked]).toMatchObject([REFUSED, REFUSED]);
      expect(byRecovery.status).toBe(200);
    });

    it('are forgotten with a success, and only those of what it proved', async () => {
      const { session } = await newAccount();
      await failWith(session, 19);
      await proveAgain(world, session);
      await failWith(session, 19);

      expect((await proveAgain(world, session)).status).toBe(200);
    });

    it('of the password lock with wrong passwords alone: a right one beside a wrong code was no failure', async () => {
      const { session, secret, recoveryCodes } = await openTwoFactorOwner(world);
      for (let tried = 0; tried < 20; tried += 1)
        await proveAgain(world, session, { code: wrong(totpCode(world, secret)) });

      const locked = await proveAgain(world, session, { code: nextCode(secret) });
      const byRecoveryCode = await proveAgain(world, session, { code: recoveryCodes[0] ?? '' });

      expect(locked).toMatchObject(REFUSED);
      expect(byRecoveryCode.status).toBe(200);
    });

    it('of the password are counted where a code comes with it, whether or not the code is right', async () => {
      const { session, secret, recoveryCodes } = await openTwoFactorOwner(world);
      for (let tried = 0; tried < 20; tried += 1) {
        const code = tried % 2 === 0 ? wrong(totpCode(world, secret)) : totpCode(world, secret);
        await proveAgain(world, session, { password: WRONG, code });
      }

      const locked = await proveAgain(world, session, { code: recoveryCodes[0] ?? '' });
      world.clock.advance(60);

      expect(locked).toMatchObject(REFUSED);
      expect((await proveAgain(world, session, { code: recoveryCodes[0] ?? '' })).status).toBe(200);
    });

    it('cost the same calls whichever of the two was wrong, so that time does not tell', async () => {
      const { session, secret } = await openTwoFactorOwner(world);
      const code = wrong(totpCode(world, secret));
      const settled = (operation: string) => operation.replace(/^(?:Delete|Update)Item$/, 'settles the password');
      const callsOf = async (password: string) =>
        (await operationsDuring(world.proxy, () => proveAgain(world, session, { password, code })))
          .map(settled)
          .toSorted();

      const [right, wrongOne] = [await callsOf(GOOD_PASSWORD), await callsOf(WRONG)];

      expect(right).toContain('settles the password');
      expect(wrongOne).toEqual(right);
    });

    it('of a code by SMS are five, as in a sign-in, and the account counts them too', async () => {
      const { session } = await newAccount();
      const number = '+436641234555';
      const {
        answer: { body },
      } = await addSms(world, session, number);
      world.clock.advance(60);
      const code = await codeBySms(session, number);
      for (let tried = 0; tried < 5; tried += 1) await proveAgain(world, session, { code: wrong(code) });

      const sixth = await proveAgain(world, session, { code });
      const counted = await triesOf(world, session.account_id);
      const byRecoveryCode = await proveAgain(world, session, { code: body.recovery_codes[0] });

      expect(sixth).toMatchObject(REFUSED);
      expect(counted).toEqual({ sms: 5 });
      expect(byRecoveryCode.status).toBe(200);
    });

    it('are spent before the password is looked at: a crash in between gives none back', async () => {
      const { session } = await newAccount();

      const operations = await operationsDuring(world.proxy, () => proveAgain(world, session, { password: WRONG }));

      expect(operations.toSorted()).toEqual(['GetItem', 'PutItem', 'TransactGetItems', 'TransactWriteItems']);
      expect(operations.slice(-2)).toEqual(['TransactWriteItems', 'PutItem']);
    });
  });

  describe('a session that has ended', () => {
    it('is told so before anything is counted or hashed', async () => {
      const { session } = await newAccount();
      await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));
      let answer: Answer | undefined;

      const hashes = await hashesDuring(async () => {
        answer = await proveAgain(world, session);
      });

      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(hashes.count).toBe(0);
    });

    it('while the password was verified gets no token', async () => {
      const { session } = await newAccount();
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('SESSION#'),
        meanwhile: () => world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token))),
      });

      const answer = await proveAgain(world, session);

      expect(answer).toMatchObject(REFUSED);
      expect(answer.body).not.toHaveProperty('access_token');
    });

    it('by its age is not prolonged by proving again: no token outlives the ninetieth day', async () => {
      const { session } = await newAccount();
      let current = session;
      for (let days = 0; days < 87; days += 29) {
        world.clock.advance(29 * DAY);
        current = (await refresh(world, current.refresh_token)).body;
      }
      world.clock.advance(3 * DAY - 600);
      current = (await refresh(world, current.refresh_token)).body;
      const nearTheEnd = await proveAgain(world, current);
      world.clock.advance(599);
      const lastSecond = await proveAgain(world, nearTheEnd.body);
      world.clock.advance(1);

      const over = await proveAgain(world, lastSecond.body);

      expect([nearTheEnd.body.expires_in, lastSecond.body.expires_in]).toEqual([600, 1]);
      expect(claimsOf(nearTheEnd.body.access_token).exp).toBe(world.clock.nowSeconds());
      expect(over).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    });
  });

  it.each(bodyFaults({ password: GOOD_PASSWORD }))('refuses $fault', async ({ changes, status, code, errors }) => {
    const { session } = await newAccount();

    const event = loadEvent('reauthenticate/json', { ...changes, ...bearer(session.access_token) });
    const answer = await world.call('reauthenticate', event);

    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.body.errors).toEqual(errors);
  });

  it.each<[string, Record<string, unknown>, { field: string; code: string }]>([
    ['a password of 1,025 characters', { password: 'x'.repeat(1025) }, { field: 'password', code: 'too-long' }],
    ['a code that is a number', { code: 123456 }, { field: 'code', code: 'wrong-type' }],
    ['two codes', { code: ['123456', '234567'] }, { field: 'code', code: 'wrong-type' }],
    ['an empty code', { code: '' }, { field: 'code', code: 'too-short' }],
    ['a code of 65 characters', { code: '1'.repeat(65) }, { field: 'code', code: 'too-long' }],
  ])('refuses %s before any work', async (_, fields, error) => {
    const { session } = await newAccount();
    const before = world.proxy.calls.length;

    const answer = await callAs(world, 'reauthenticate', 'reauthenticate/json', session.access_token, {
      body: { password: GOOD_PASSWORD, ...fields },
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [error] } });
    expect(world.proxy.calls).toHaveLength(before);
  });

  it.each<[string, string, number]>([
    ['what is to be proven', 'TransactGetItems', 0],
    ['whether there are tries left', 'TransactWriteItems', 0],
    ['that the session is fresh', 'TransactWriteItems', 1],
  ])('gives out no token while the database can not say %s', async (_, operation, after) => {
    const { session } = await newAccount();
    world.proxy.fail({ operation, after, times: 20, kind: 'server-error' });

    const down = await proveAgain(world, session);
    world.proxy.heal();

    expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
    expect(down.body).not.toHaveProperty('access_token');
    expect((await proveAgain(world, session)).status).toBe(200);
  });

  it('says nothing of a wrong password whose failure can not be written down', async () => {
    const { session } = await newAccount();
    world.proxy.fail({ operation: 'PutItem', after: 0, times: 20, kind: 'server-error' });

    const answer = await proveAgain(world, session, { password: WRONG });
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  it('puts no password, code, token or address where it does not belong', async () => {
    const before = world.logs.length;
    const { email, session, secret, recoveryCodes } = await openTwoFactorOwner(world);
    const code = nextCode(secret);
    const guess = 'wrong horse 9d1c';
    const refused = await proveAgain(world, session, { password: guess, code: recoveryCodes[1] ?? '' });
    const right = await proveAgain(world, session, { code });
    const secrets = { password: GOOD_PASSWORD, guess, secret, recovery: recoveryCodes[1] ?? '' };

    expect(right.status).toBe(200);
    expect(leaksIn([refused.text, right.text], { ...secrets, email, code })).toEqual([]);
    expect(leaksIn(world.logs.slice(before), { ...secrets, email, access: right.body.access_token })).toEqual([]);
    expect(leaksIn(await everythingStored(world), { ...secrets, access: right.body.access_token })).toEqual([]);
  });
});
