import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { operationsDuring, partsOf } from '../support/dynamo-shape.ts';
import { asOwner } from '../support/fixtures.ts';
import {
  changePassword,
  checkResetToken,
  GOOD_PASSWORD,
  getProfile,
  NEW_PASSWORD,
  openAccount,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { beginAuthenticator, challengeOf, totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import {
  answerChallenge,
  claimsOf,
  noticesTo,
  openTwoFactorOwner,
  proveAgain,
  STEP_SECONDS,
  speak,
} from '../support/two-factor-journeys.ts';
import { triesOf } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const WRONG = 'not the password';
const REFUSED = { status: 401, body: { code: 'invalid-credentials' } };
const DEAD = { status: 401, body: { code: 'unauthenticated' } };
const DAY = 24 * 3600;

describe('change-password', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const failWith = async (session: SessionTokensAnswer, times: number) => {
    for (let spent = 0; spent < times; spent += 1) await changePassword(world, session, { current: WRONG });
  };

  /** @asvs 6.2.2, 6.2.3 */
  it('sets the password: the new one signs in, the old one does not any more', async () => {
    const { email, session } = await openAccount(world);

    const answer = await changePassword(world, session);

    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        status: 'password-changed',
        session: { session_id: session.session_id, account_id: session.account_id, token_type: 'Bearer' },
      },
    });
    expect(Object.keys(answer.body)).toEqual(['status', 'session']);
    expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(200);
    expect((await signIn(world, email)).status).toBe(401);
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const { session } = await openAccount(world);
    const fields = { current_password: GOOD_PASSWORD, new_password: NEW_PASSWORD };

    const event = loadEvent('change-password/form', { ...formBody(fields), ...bearer(session.access_token) });

    expect((await world.call('change-password', event)).status).toBe(200);
  });

  it('takes both passwords in another spelling for the same, as sign-in does', async () => {
    const { email, session } = await openAccount(world);

    const first = await changePassword(world, session, { next: 'cafe\u0301 au ｌａｉｔ' });
    const second = await changePassword(world, first.body.session, { current: 'caf\u00e9 au lait' });

    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(200);
  });

  it('is two reads and two transactions: the try, and everything that belongs together', async () => {
    const { session } = await openAccount(world);
    const before = world.proxy.calls.length;

    const hashes = await hashesDuring(() => changePassword(world, session));
    const calls = world.proxy.calls.slice(before);

    expect(calls.map(({ operation }) => operation).toSorted()).toEqual([
      'GetItem',
      'TransactGetItems',
      'TransactWriteItems',
      'TransactWriteItems',
    ]);
    expect(partsOf(calls.at(-1))).toEqual([
      ['Update', world.tables.accounts],
      ['Update', world.tables.tokens],
      ['Put', world.tables.credentials],
      ['Put', world.tables.tokens], // the journal
      ['Put', world.tables.accounts],
      ['Put', world.tables.outbox],
      ['Delete', world.tables.tokens],
    ]);
    expect(hashes.count).toBe(2);
  });

  describe('what was there before', () => {
    it('is dead at once: every other session, at every route and with its refresh token', async () => {
      const { email, session } = await openAccount(world);
      const { body: other } = await signIn(world, email);

      await changePassword(world, session);

      for (const one of [session, other]) expect(await routesOpenTo(world, one)).toEqual([]);
      expect(await refresh(world, other.refresh_token)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    });

    it("is the caller's own session too, which goes on with new tokens, having proven no more and no later", async () => {
      const { session } = await openAccount(world);
      const before = claimsOf(session.access_token);
      world.clock.advance(600);

      const { body } = await changePassword(world, session);
      const next = await refresh(world, body.session.refresh_token);

      const { auth_time, amr, sid } = claimsOf(body.session.access_token);
      expect({ auth_time, amr, sid }).toEqual({ auth_time: before.auth_time, amr: before.amr, sid: before.sid });
      expect((await getProfile(world, body.session)).status).toBe(200);
      expect((await beginAuthenticator(world, body.session)).body.code).toBe('fresh-session-required');
      expect(next.status).toBe(200);
      expect((await getProfile(world, next.body)).status).toBe(200);
    });

    it('is every recovery token, and a sign-in that waits for its code; the second factor stays on', async () => {
      const { email, session, secret } = await openTwoFactorOwner(world);
      const token = await recoveryToken(world, email);
      const challenge = await challengeOf(world, email);
      world.clock.advance(STEP_SECONDS);

      const { status } = await changePassword(world, session);

      expect(status).toBe(200);
      expect((await checkResetToken(world, token)).body.code).toBe('invalid-token');
      expect((await resetPassword(world, token, 'what a thief would like')).body.code).toBe('invalid-token');
      expect((await answerChallenge(world, challenge, totpCode(world, secret))).status).not.toBe(200);
      const again = await signIn(world, email, NEW_PASSWORD);
      expect(again.body.second_factor_required).toBe(true);
    });
  });

  describe('a stolen session without the password', () => {
    it('changes nothing, and what it is answered is the same whatever it sends', async () => {
      const { email, session } = await openAccount(world);
      const credentials = () => world.rows('credentials');
      const before = await credentials();

      const answers: Answer[] = [];
      for (const current of [
        WRONG,
        ` ${GOOD_PASSWORD}`,
        GOOD_PASSWORD.toUpperCase(),
        `${GOOD_PASSWORD}\0`,
        NEW_PASSWORD,
      ])
        answers.push(await changePassword(world, session, { current, next: 'what a thief would like' }));

      expect(answers[0]).toMatchObject({ ...REFUSED, headers: { 'www-authenticate': 'Bearer' } });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await credentials()).toEqual(before);
      expect((await getProfile(world, session)).status).toBe(200);
      expect((await signIn(world, email)).status).toBe(200);
    });

    it('has twenty guesses here and at reauthenticate together, then waits; the answers tell of no lock', async () => {
      const { email, session } = await openAccount(world);
      const wrong = await changePassword(world, session, { current: WRONG });
      for (let spent = 0; spent < 9; spent += 1) await proveAgain(world, session, { password: WRONG });
      await failWith(session, 10);
      const tries = await triesOf(world, session.account_id);
      let locked: Answer | undefined;

      const hashes = await hashesDuring(async () => {
        locked = await changePassword(world, session);
      });
      const provenLocked = await proveAgain(world, session);
      const { body: elsewhere } = await signIn(world, email);
      const lockedElsewhere = await changePassword(world, elsewhere);

      expect(tries).toEqual({ password: 20 });
      for (const answer of [locked, provenLocked, lockedElsewhere]) expect(answer).toEqual(wrong);
      expect(hashes.count).toBe(1); // a decoy
      world.clock.advance(60);
      expect((await changePassword(world, session)).status).toBe(200);
    });

    /** @asvs 7.5.1 */
    it('gets nowhere with the password either, where a second factor is on that it never proved', async () => {
      const { email, firstSession, recoveryCodes } = await openTwoFactorOwner(world);
      const before = await storedRows(world);

      const answer = await changePassword(world, firstSession);
      const after = await storedRows(world);
      const proven = await proveAgain(world, firstSession, { code: recoveryCodes[0] ?? '' });

      expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
      expect(answer.headers['www-authenticate']).toContain('insufficient_user_authentication');
      expect(after).toEqual(before);
      expect((await signIn(world, email)).status).toBe(200);
      expect((await changePassword(world, proven.body)).status).toBe(200);
    });

    it('can not lock its owner out of the account: sign-in and a reset go on, and a reset ends the lock', async () => {
      const { email, session } = await openAccount(world);
      await failWith(session, 20);

      const own = await signIn(world, email);
      await resetPassword(world, await recoveryToken(world, email), 'what the owner chose');
      const { body: after } = await signIn(world, email, 'what the owner chose');

      expect(own.status).toBe(200);
      expect((await changePassword(world, after, { current: 'what the owner chose' })).status).toBe(200);
    });

    it('learns nothing by time: a wrong password and a lock take as many calls and one hash', async () => {
      const { session } = await openAccount(world);
      const costOf = async (current: string) => {
        let operations: string[] = [];
        const { count } = await hashesDuring(async () => {
          operations = await operationsDuring(world.proxy, () => changePassword(world, session, { current }));
        });
        return { count, calls: operations.length, last: operations.at(-1) };
      };
      const wrong = await costOf(WRONG);
      await failWith(session, 19);

      const locked = await costOf(GOOD_PASSWORD);

      expect(wrong).toEqual({ count: 1, calls: 4, last: 'PutItem' });
      expect(locked).toEqual({ count: 1, calls: 4, last: 'UpdateItem' });
    });
  });

  it('forgets the failures of the old password with a success', async () => {
    const { session } = await openAccount(world);
    await failWith(session, 19);

    const { body } = await changePassword(world, session);

    expect(await triesOf(world, session.account_id)).toEqual({});
    await proveAgain(world, body.session, { password: WRONG });
    expect((await proveAgain(world, body.session, { password: NEW_PASSWORD })).status).toBe(200);
  });

  describe('a new password that is refused', () => {
    let session: SessionTokensAnswer;

    beforeAll(async () => {
      ({ session } = await openAccount(world));
      const changes = { ...asOwner(session), ...jsonBody({ name: 'Ottoline Morrell' }) };
      await world.call('update-profile', loadEvent('update-profile/put-json', changes));
    });

    it.each<[string, string]>([
      ['same-as-old', GOOD_PASSWORD],
      ['same-as-old', GOOD_PASSWORD.replace('c', 'ｃ')],
      ['too-short', 'seven77'],
      ['too-long', 'x1'.repeat(65)],
      ['breached', 'Password'],
      ['contains-personal-data', 'my bookshelf!'],
      ['contains-personal-data', 'ottoline 1873'],
      ['invalid-characters', 'correct horse\0battery'],
    ])('as %s says so, and costs no try and no hash: %j', async (code, next) => {
      const before = await storedRows(world);
      let answer: Answer | undefined;

      const hashes = await hashesDuring(async () => {
        answer = await changePassword(world, session, { next });
      });

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'password-rejected', errors: [{ field: 'new_password', code }] },
      });
      expect(answer?.text).not.toContain(JSON.stringify(next).slice(1, -1));
      expect(hashes.count).toBe(0);
      expect(await storedRows(world)).toEqual(before);
    });

    it('is no oracle: same-as-old compares what was typed, so it says nothing of the password that is set', async () => {
      const answer = await changePassword(world, session, { current: WRONG, next: WRONG });

      expect(answer.body.errors).toMatchObject([{ field: 'new_password', code: 'same-as-old' }]);
      expect(await changePassword(world, session, { current: WRONG, next: GOOD_PASSWORD })).toMatchObject(REFUSED);
    });
  });

  describe('at the same moment', () => {
    it('one of many changes wins, and the password is its own', async () => {
      const { email, session } = await openAccount(world);
      const passwords = Array.from({ length: 20 }, (_, index) => `the better horse number ${index}`);

      const answers = await Promise.all(passwords.map((next) => changePassword(world, session, { next })));
      const signIns: number[] = [];
      for (const password of passwords) signIns.push((await signIn(world, email, password)).status);

      const won = answers.map(({ status }) => status === 200);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(signIns.map((status) => status === 200)).toEqual(won);
      for (const { status, body } of answers.filter((_, index) => !won[index])) {
        expect([status, ['unauthenticated', 'invalid-credentials'].includes(body.code)]).toEqual([401, true]);
      }
      expect(
        (await eventsOf(world, session.account_id)).filter(({ type }) => type === 'password-changed'),
      ).toHaveLength(1);
      const notices = (await noticesTo(world, email)).filter((subject) => !subject.startsWith('Your sign-in code'));
      expect(notices).toHaveLength(1 + 1); // and the mail of the sign-up
    });

    it('a reset that wins leaves its password, and the change is refused', async () => {
      const { email, session } = await openAccount(world);
      const token = await recoveryToken(world, email);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('SESSION#'),
        meanwhile: () => resetPassword(world, token, 'what the owner chose'),
      });

      const answer = await changePassword(world, session);

      expect(answer).toMatchObject(DEAD);
      expect(answer.body).not.toHaveProperty('session');
      expect((await signIn(world, email, 'what the owner chose')).status).toBe(200);
      expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(401);
    });

    it('a session that signs out while its password is verified changes nothing', async () => {
      const { email, session } = await openAccount(world);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('SESSION#'),
        meanwhile: () => world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token))),
      });

      const answer = await changePassword(world, session);

      expect(answer).toMatchObject(DEAD);
      expect((await signIn(world, email)).status).toBe(200);
    });
  });

  it('repeated without a key is refused by its old token, and with the new one by its old password', async () => {
    const { session } = await openAccount(world);
    const { body } = await changePassword(world, session);

    const replay = await changePassword(world, session);
    const again = await changePassword(world, body.session, { next: 'yet another good horse' });

    expect(replay).toMatchObject(DEAD);
    expect(again).toMatchObject(REFUSED);
  });

  it('repeated with its Idempotency-Key gets the session again, also by the token of before', async () => {
    const { session } = await openAccount(world);
    const changes = { 'headers.idempotency-key': '"3f0d7c1a-change"' };

    const first = await changePassword(world, session, { changes });
    const again = await changePassword(world, session, { changes });

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body.session.refresh_token).toBe(first.body.session.refresh_token);
    expect((await refresh(world, again.body.session.refresh_token)).status).toBe(200);
    const types = (await eventsOf(world, session.account_id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'password-changed')).toHaveLength(1);
  });

  it('is refused to a session that has ended, before anything is counted or hashed', async () => {
    const { session } = await openAccount(world);
    await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));
    const before = await storedRows(world);
    let answer: Answer | undefined;

    const hashes = await hashesDuring(async () => {
      answer = await changePassword(world, session);
    });

    expect(answer).toMatchObject(DEAD);
    expect(hashes.count).toBe(0);
    expect(await storedRows(world)).toEqual(before);
  });

  it.each([
    ['en', 'Your password for Bookshelf was changed', 'Every other device was signed out'],
    ['de', 'Ihr Passwort für Bookshelf wurde geändert', 'Alle anderen Geräte wurden abgemeldet'],
  ])('tells the owner by mail, in their language (%s), that other devices are out', async (locale, subject, said) => {
    const { email, session } = await openAccount(world);
    await speak(world, session, locale);

    await changePassword(world, session);
    const subjects = await noticesTo(world, email);
    const [mail] = await world.mailsTo(email);

    expect(subjects.filter((one) => one === subject)).toHaveLength(1);
    expect(mail?.text.replace(/\s+/g, ' ')).toContain(said);
    expect(leaksIn(JSON.stringify(mail), { old: GOOD_PASSWORD, new: NEW_PASSWORD })).toEqual([]);
  });

  it('stays in the history, a failure for a month, and each leaves a line in the log', async () => {
    const { session } = await openAccount(world);
    world.clock.advance(1);
    const before = world.logs.length;

    await changePassword(world, session, { current: WRONG });
    world.clock.advance(1);
    await changePassword(world, session);

    const nowSeconds = world.clock.nowSeconds();
    expect((await eventsOf(world, session.account_id)).slice(-2)).toMatchObject([
      { type: 'reauthentication-failed', sourceIp: '203.0.113.7', expiresAtEpochSeconds: nowSeconds - 1 + 30 * DAY },
      { type: 'password-changed', sourceIp: '203.0.113.7', expiresAtEpochSeconds: nowSeconds + 400 * DAY },
    ]);
    const lines = world.logs.slice(before).map((line) => JSON.parse(line));
    expect(lines.filter(({ event }) => event !== 'request')).toMatchObject([
      { event: 'reauthenticate', level: 'warn', account_id: session.account_id, outcome: 'failure' },
      { event: 'password-changed', level: 'info', account_id: session.account_id, outcome: 'success' },
    ]);
  });

  describe('a request that is not understood', () => {
    let session: SessionTokensAnswer;

    beforeAll(async () => {
      ({ session } = await openAccount(world));
    });

    it.each(bodyFaults({ current_password: GOOD_PASSWORD, new_password: NEW_PASSWORD }))(
      'refuses $fault',
      async ({ changes, status, code, errors }) => {
        const event = loadEvent('change-password/json', { ...changes, ...bearer(session.access_token) });
        const answer = await world.call('change-password', event);

        expect(answer).toMatchObject({ status, body: { code, status } });
        expect(answer.body.errors).toEqual(errors);
      },
    );

    it.each<[string, object, { field: string; code: string }]>([
      ['no present password', { current_password: undefined }, { field: 'current_password', code: 'required' }],
      ['an empty present password', { current_password: '' }, { field: 'current_password', code: 'too-short' }],
      [
        'one of 1,025 characters',
        { current_password: 'x'.repeat(1025) },
        { field: 'current_password', code: 'too-long' },
      ],
      ['a number for a new one', { new_password: 12345678 }, { field: 'new_password', code: 'wrong-type' }],
      ['a way to the epoch', { epoch: 1 }, { field: 'epoch', code: 'unknown-field' }],
      ['a role', { roles: ['admin'] }, { field: 'roles', code: 'unknown-field' }],
      ["another account's id", { account_id: 'x' }, { field: 'account_id', code: 'unknown-field' }],
      ['a dotted name', { 'claims.name': 'x' }, { field: '(unnamed)', code: 'unknown-field' }],
    ])('refuses %s before any work', async (_, fields, error) => {
      const before = world.proxy.calls.length;
      const body = jsonBody({ current_password: GOOD_PASSWORD, new_password: NEW_PASSWORD, ...fields });

      const answer = await changePassword(world, session, { changes: body });

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [error] } });
      expect(world.proxy.calls).toHaveLength(before);
    });
  });

  it.each<[string, string, number]>([
    ['what the present one is', 'TransactGetItems', 0],
    ['whether there are tries left', 'TransactWriteItems', 0],
    ['that the new one is set', 'TransactWriteItems', 1],
  ])('changes nothing and ends no session while the database can not say %s', async (_, operation, after) => {
    const { email, session } = await openAccount(world);
    world.proxy.fail({ operation, after, times: 20, kind: 'server-error' });

    const down = await changePassword(world, session);
    world.proxy.heal();

    expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
    expect((await signIn(world, email)).status).toBe(200);
    expect((await changePassword(world, session)).status).toBe(200);
  });

  it('answers a fault of its own without a word about it', async () => {
    const { session } = await openAccount(world);
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'access-denied' });

    const answer = await changePassword(world, session);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('puts no password, token or address where it does not belong', async () => {
    const { email, session } = await openAccount(world);
    const before = world.logs.length;
    const [guess, next] = ['wrong horse 9d1c', 'unmistakable horse 77'];

    const refused = await changePassword(world, session, { current: guess, next });
    const right = await changePassword(world, session, { next });
    await world.deliver();

    const secrets = { old: GOOD_PASSWORD, guess, next };
    const { access_token: access, refresh_token: renewed } = right.body.session;
    expect([refused.status, right.status]).toEqual([401, 200]);
    expect(leaksIn([refused.text, right.text], { ...secrets, email })).toEqual([]);
    expect(leaksIn(world.logs.slice(before), { ...secrets, email, access, renewed })).toEqual([]);
    expect(leaksIn(await everythingStored(world), { ...secrets, access, renewed })).toEqual([]);
  });
});
