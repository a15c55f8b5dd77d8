import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { getProfile, refresh, signIn, signInByMail, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { addAuthenticator, callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import {
  answerChallenge,
  claimsOf,
  factorsRowOf,
  noticesTo,
  openTwoFactorOwner,
  STEP_SECONDS,
  signInWithApp,
  signInWithCode,
  speak,
  twoFactorOf,
} from '../support/two-factor-journeys.ts';
import { addSms, newNumber } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };

describe('remove-factor', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const remove = ({ access_token: token }: Pick<SessionTokensAnswer, 'access_token'>, factor: string) =>
    callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor } });

  it('answers the session that the caller goes on with', async () => {
    const { session, appId } = await openTwoFactorOwner(world);

    const answer = await remove(session, appId);

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({
      session: {
        token_type: 'Bearer',
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        expires_in: 900,
        refresh_token: expect.stringMatching(/^[\w-]{115}$/),
        refresh_expires_in: expect.any(Number),
        session_id: session.session_id,
        account_id: session.account_id,
      },
    });
  });

  describe('what is removed', () => {
    it('is one app by its id: its codes sign nobody in any more, the other app does', async () => {
      const { email, session, secret, appId } = await openTwoFactorOwner(world);
      const tablet = await addAuthenticator(world, session, 'Tablet');

      const { body } = await remove(session, appId);
      world.clock.advance(STEP_SECONDS);
      const removed = await signInWithCode(world, email, totpCode(world, secret));
      const kept = await signInWithCode(world, email, totpCode(world, tablet.secret));

      expect((await twoFactorOf(world, body.session)).factors).toMatchObject([{ id: tablet.id }]);
      expect(removed).toMatchObject(INVALID);
      expect(kept.status).toBe(200);
    });

    it('is every app by "totp", and SMS stays', async () => {
      const { email, session } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');
      await addSms(world, session, newNumber());

      const { body } = await remove(session, 'totp');

      const left = await twoFactorOf(world, body.session);
      expect(left).toMatchObject({ enabled: true, factors: [{ factor: 'sms' }], recovery_codes_left: 10 });
      expect((await signIn(world, email)).body.factors).toEqual(['sms', 'recovery_code']);
    });

    it('is SMS by "sms", and the apps stay', async () => {
      const { email, session, appId } = await openTwoFactorOwner(world);
      await addSms(world, session, newNumber());

      const { body } = await remove(session, 'sms');

      const left = await twoFactorOf(world, body.session);
      expect(left).toMatchObject({ enabled: true, factors: [{ id: appId }], recovery_codes_left: 10 });
      const asked = await signIn(world, email);
      expect(asked.body.factors).toEqual(['totp', 'recovery_code']);
      expect(asked.body).not.toHaveProperty('phone_hint');
    });

    it('is gone from the table, secret and all', async () => {
      const { session, accountId, appId } = await openTwoFactorOwner(world);
      const before = (await factorsRowOf(world, accountId)) as { apps: Record<string, { secret: string }> };

      await remove(session, appId);

      expect(before.apps[appId]?.secret).toEqual(expect.any(String));
      expect(await everythingStored(world)).not.toContain(before.apps[appId]?.secret);
      expect(await factorsRowOf(world, accountId)).toMatchObject({ apps: {}, sms: null, recoveryCodes: {} });
    });
  });

  describe('the last factor', () => {
    it.each<[string, (appId: string) => string]>([
      ['an app by its id', (appId) => appId],
      ['every app', () => 'totp'],
    ])('takes the recovery codes with it: %s', async (_, factor) => {
      const { email, session, appId, recoveryCodes } = await openTwoFactorOwner(world);

      const { body } = await remove(session, factor(appId));

      expect(await twoFactorOf(world, body.session)).toEqual({ enabled: false, factors: [], recovery_codes_left: 0 });
      const answer = await signInByMail(world, email);
      expect(answer.body.access_token).toEqual(expect.any(String)); // no second factor is wanted any more
      await addAuthenticator(world, answer.body);
      expect(await signInWithCode(world, email, recoveryCodes[0] ?? '')).toMatchObject(INVALID);
    });

    it('takes them with it when it is SMS', async () => {
      const { session } = await openTwoFactorOwner(world);
      await addSms(world, session, newNumber());
      const withoutApps = (await remove(session, 'totp')).body.session;

      const { body } = await remove(withoutApps, 'sms');

      expect(await twoFactorOf(world, body.session)).toEqual({ enabled: false, factors: [], recovery_codes_left: 0 });
    });

    it('makes room for new codes with the next first factor', async () => {
      const { session, recoveryCodes } = await openTwoFactorOwner(world);
      const { body } = await remove(session, 'totp');

      const again = await addAuthenticator(world, body.session);

      expect(again.recoveryCodes).toHaveLength(10);
      expect(again.recoveryCodes.filter((code) => recoveryCodes.includes(code))).toEqual([]);
    });
  });

  describe('what there is not', () => {
    it.each([
      ['an id that nothing has', '00000000-0000-4000-8000-000000000000'],
      ['SMS where it is off', 'sms'],
      ['the recovery codes', 'recovery_code'],
      ['a name of every object', '__proto__'],
      ['another', 'constructor'],
      ['nothing', ''],
      ['another spelling of totp', 'TOTP'],
    ])('is not found, and nobody is signed out: %s', async (_, factor) => {
      const { session } = await openTwoFactorOwner(world);
      const before = await storedRows(world);

      const answer = await remove(session, factor);

      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
      expect(await storedRows(world)).toEqual(before);
    });

    it('is not found where no factor is on', async () => {
      const session = await signUp(world, 'nothing-to-remove@example.com');

      const answers = [await remove(session, 'totp'), await remove(session, 'sms')];

      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    });

    it("answers as somebody else's app does, which stays", async () => {
      const ada = await openTwoFactorOwner(world);
      const mallory = await openTwoFactorOwner(world);

      const foreign = await remove(mallory.session, ada.appId);
      const unknown = await remove(mallory.session, '00000000-0000-4000-8000-000000000000');

      expect(foreign).toEqual(unknown);
      expect((await twoFactorOf(world, ada.session)).factors).toMatchObject([{ id: ada.appId }]);
    });

    it('includes what was removed before', async () => {
      const { session, appId } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');
      const { body } = await remove(session, appId);

      expect(await remove(body.session, appId)).toMatchObject({ status: 404 });
    });
  });

  describe('everybody else', () => {
    /** @asvs 7.4.3 */
    it('is signed out at once, at every route that wants a session', async () => {
      const { email, secret, session, firstSession, appId } = await openTwoFactorOwner(world);
      const other = await signInWithApp(world, email, secret);
      const before = (await getProfile(world, other)).status;

      await remove(session, appId);

      expect(before).toBe(200);
      for (const one of [other, firstSession]) {
        expect(await routesOpenTo(world, one)).toEqual([]);
        expect((await refresh(world, one.refresh_token)).body.code).toBe('invalid-token');
      }
    });

    it('includes who holds a copy of the tokens that the caller had', async () => {
      const { session, appId } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');

      const { body } = await remove(session, appId);

      expect(await routesOpenTo(world, session)).toEqual([]);
      expect((await getProfile(world, body.session)).status).toBe(200);
      await refresh(world, body.session.refresh_token); // until then the copy may be the owner's, who lost the answer
      expect((await refresh(world, session.refresh_token)).body.code).toBe('invalid-token');
    });

    it('includes who has answered half of a sign-in', async () => {
      const { email, session, secret, appId } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');
      const challenge = await challengeOf(world, email);
      await remove(session, appId);
      world.clock.advance(STEP_SECONDS);

      const answer = await answerChallenge(world, challenge, totpCode(world, secret));

      expect(answer).toMatchObject(INVALID);
    });
  });

  describe('the caller', () => {
    it('goes on: reads, refreshes and refreshes again, in the same session', async () => {
      const { session, appId } = await openTwoFactorOwner(world);

      const { body } = await remove(session, appId);
      const next = await refresh(world, body.session.refresh_token);
      const afterNext = await refresh(world, next.body.refresh_token);

      expect([next.status, afterNext.status]).toEqual([200, 200]);
      expect(afterNext.body.session_id).toBe(session.session_id);
      expect((await getProfile(world, afterNext.body)).status).toBe(200);
    });

    it('has proven no more than before, and no later', async () => {
      const { session, appId } = await openTwoFactorOwner(world);
      const before = claimsOf(session.access_token);
      world.clock.advance(120);

      const { body } = await remove(session, appId);
      const after = claimsOf(body.session.access_token);
      const refreshed = claimsOf((await refresh(world, body.session.refresh_token)).body.access_token);

      for (const claims of [after, refreshed]) {
        expect(claims).toMatchObject({ amr: before.amr, auth_time: before.auth_time, epoch: before.epoch + 1 });
      }
    });

    /** @asvs 6.4.4 */
    it('must have proven the second factor that is on', async () => {
      const { firstSession, appId } = await openTwoFactorOwner(world);
      const before = await storedRows(world);

      const answer = await remove(firstSession, appId);

      expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
      expect(await storedRows(world)).toEqual(before);
    });
  });

  describe('tells the owner by mail', () => {
    it.each([
      ['en', 'An authenticator app was removed from your Bookshelf account'],
      ['de', 'Eine Authenticator-App für Ihr Konto bei Bookshelf wurde entfernt'],
    ])('of an app, in their language (%s)', async (locale, subject) => {
      const { email, session } = await openTwoFactorOwner(world);
      await speak(world, session, locale);
      await world.deliver();

      await remove(session, 'totp');
      const subjects = await noticesTo(world, email);

      expect(subjects.filter((one) => one === subject)).toHaveLength(1);
    });

    it.each([
      ['en', 'Codes by text message were switched off for your Bookshelf account'],
      ['de', 'Codes per SMS für Ihr Konto bei Bookshelf wurden ausgeschaltet'],
    ])('of SMS, in their language (%s)', async (locale, subject) => {
      const { email, session } = await openTwoFactorOwner(world);
      await speak(world, session, locale);
      await addSms(world, session, newNumber());

      await remove(session, 'sms');
      const subjects = await noticesTo(world, email);

      expect(subjects.filter((one) => one === subject)).toHaveLength(1);
    });
  });

  it('leaves an entry in the history and a line in the log', async () => {
    const { session, accountId } = await openTwoFactorOwner(world);
    await addSms(world, session, newNumber());
    world.clock.advance(1);
    const before = { events: (await eventsOf(world, accountId)).length, lines: world.logs.length };

    const { body } = await remove(session, 'totp');
    world.clock.advance(1);
    await remove(body.session, 'sms');

    expect((await eventsOf(world, accountId)).slice(before.events)).toMatchObject([
      { type: 'authenticator-removed', sourceIp: '203.0.113.7' },
      { type: 'sms-removed', sourceIp: '203.0.113.7' },
    ]);
    const lines = world.logs.slice(before.lines).map((line) => JSON.parse(line));
    expect(lines.filter(({ event }) => String(event).endsWith('-removed'))).toMatchObject([
      { event: 'authenticator-removed', account_id: accountId, outcome: 'success' },
      { event: 'sms-removed', account_id: accountId, outcome: 'success' },
    ]);
  });

  it.each(['TransactGetItems', 'TransactWriteItems'])(
    'removes nothing and signs nobody out while %s fails',
    async (operation) => {
      const { session, appId } = await openTwoFactorOwner(world);
      const before = await storedRows(world);
      world.proxy.fail({ operation, after: 0, times: 20, kind: 'server-error' });

      const down: Answer = await remove(session, appId);
      world.proxy.heal();

      expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
      expect(await storedRows(world)).toEqual(before);
      expect((await remove(session, appId)).status).toBe(200);
    },
  );

  it('answers a fault of its own without a word about it', async () => {
    const { session, appId } = await openTwoFactorOwner(world);
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'access-denied' });

    const answer = await remove(session, appId);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('puts no token into a table, and no secret, number or address into a log or an answer', async () => {
    const before = world.logs.length;
    const owner = await openTwoFactorOwner(world);
    const number = newNumber();
    await addSms(world, owner.session, number);
    const refused = await remove(owner.session, 'nothing');

    const answer = await remove(owner.session, 'totp');

    const { access_token: access, refresh_token: renewed } = answer.body.session;
    const secrets = { secret: owner.secret, number, email: owner.email };
    expect(leaksIn([refused.text, answer.text], secrets)).toEqual([]);
    expect(leaksIn(world.logs.slice(before), { ...secrets, access, renewed })).toEqual([]);
    expect(leaksIn(await everythingStored(world), { access, renewed })).toEqual([]);
  });
});
