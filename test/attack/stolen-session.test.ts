import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { RouteCase } from '../support/fixtures.ts';
import { recoveryToken, refresh, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, callAs } from '../support/second-factor.ts';
import { sessionRoutes } from '../support/session-routes.ts';
import { storedRows } from '../support/stored.ts';
import { claimsOf, openTwoFactorOwner, proveAgain, type TwoFactorOwner } from '../support/two-factor-journeys.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const FRESH_SECONDS = 300;

/** What is answered where a proof is wanted: in the header as RFC 9470 §3 has it, and in the body. */
const wanting = (acrValues: string) => ({
  status: 401,
  headers: {
    'www-authenticate': `Bearer error="insufficient_user_authentication", acr_values="${acrValues}", max_age="300"`,
    'cache-control': 'no-store',
  },
  body: { code: 'fresh-session-required', status: 401, acr_values: acrValues, max_age: FRESH_SECONDS },
});

/** Of a session that is too old: by what the account has on. */
const FRESH_WANTED = wanting('urn:keyturn:acr:2fa urn:keyturn:acr:1fa');
/** Of one that has not proven the factor that is on. */
const FACTOR_WANTED = wanting('urn:keyturn:acr:2fa');
const DEAD = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  body: { code: 'unauthenticated' },
};

/** A veto, as the link of the mail is one: to say no needs no phone (docs/adr/0072). */
const ASKS_NO_FACTOR = new Set(['stop-factor-reset']);

const sensitive = sessionRoutes().filter(({ contract }) => contract.caller === 'fresh-session');
const asksFactor = sensitive.filter(({ contract }) => !ASKS_NO_FACTOR.has(contract.flow));

describe('a stolen session', () => {
  let world: World;

  beforeAll(async () => {
    // Access tokens outlive their freshness, as for a thief who acted at once.
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const ask = ({ contract, fixture }: RouteCase, token: string, changes = {}): Promise<Answer> =>
    world.call(contract.flow, loadEvent(fixture, { ...bearer(token), ...changes }));

  const askForNumber = (token: string): Promise<Answer> =>
    callAs(world, 'request-verification', 'request-verification/with-bearer', token, {
      body: { phone_number: '+436641234542' },
    });
  const giveCode = (token: string): Promise<Answer> =>
    callAs(world, 'verify-code', 'verify-code/with-bearer', token, { body: { code: '123456' } });

  it('has every sensitive route before it', () => {
    const flows = sensitive.map(({ contract }) => contract.flow);

    expect(flows).toEqual(
      expect.arrayContaining(['enroll-totp', 'confirm-totp', 'remove-factor', 'renew-recovery-codes']),
    );
  });

  /** @asvs 7.5.1 */
  it.each(asksFactor)(
    'that has proven the password alone is asked at $routeKey for the factor that is on, however fresh it is',
    async (route) => {
      const { firstSession } = await openTwoFactorOwner(world);
      const before = await storedRows(world);

      const answer = await ask(route, firstSession.access_token);

      expect(answer).toMatchObject(FACTOR_WANTED);
      expect(await storedRows(world)).toEqual(before);
    },
  );

  describe.each(sensitive)('at $routeKey', (route) => {
    let owner: TwoFactorOwner;

    beforeAll(async () => {
      owner = await openTwoFactorOwner(world);
    });

    /** @asvs 7.5.1 */
    it('is let in five minutes long, and asked to prove itself again from the next second on', async () => {
      const begun = claimsOf(owner.session.access_token).auth_time;
      world.clock.advance(begun + FRESH_SECONDS - world.clock.nowSeconds());
      const inTime = await ask(route, owner.session.access_token);
      const next = await openTwoFactorOwner(world);
      world.clock.advance(FRESH_SECONDS + 1);

      const late = await ask(route, next.session.access_token);

      expect(inTime.status).not.toBe(401);
      expect(late).toMatchObject(FRESH_WANTED);
    });

    it('changes nothing by it, and nobody is told of anything', async () => {
      const { session } = await openTwoFactorOwner(world);
      world.clock.advance(FRESH_SECONDS + 1);
      const before = await storedRows(world);

      await ask(route, session.access_token);

      expect(await storedRows(world)).toEqual(before);
    });

    it('is not made fresh by its refresh token', async () => {
      const { session } = await openTwoFactorOwner(world);
      world.clock.advance(FRESH_SECONDS + 1);
      const { body } = await refresh(world, session.refresh_token);

      expect(await ask(route, body.access_token)).toMatchObject(FRESH_WANTED);
    });

    it('is dead as soon as its owner has signed out', async () => {
      const { session } = await openTwoFactorOwner(world);
      await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));
      const before = await storedRows(world);

      const answer = await ask(route, session.access_token);

      expect(answer).toMatchObject(DEAD);
      expect(await storedRows(world)).toEqual(before);
    });

    it('is dead as soon as its owner has set another password', async () => {
      const { email, session } = await openTwoFactorOwner(world);
      await resetPassword(world, await recoveryToken(world, email), 'what the owner chose');
      const before = await storedRows(world);

      const answer = await ask(route, session.access_token);

      expect(answer).toMatchObject(DEAD);
      expect(await storedRows(world)).toEqual(before);
    });

    it('learns nothing of what it sends: it is asked to prove itself before the body is looked at', async () => {
      const { session } = await openTwoFactorOwner(world);
      world.clock.advance(FRESH_SECONDS + 1);

      const answer = await ask(route, session.access_token, jsonBody('{'));

      expect(answer).toMatchObject(FRESH_WANTED);
    });
  });

  describe('at the routes of codes by SMS', () => {
    it.each([
      ['asking for a code to a number of its own', askForNumber],
      ['giving one', giveCode],
    ])('is asked to prove itself again after five minutes: %s', async (_, act) => {
      const { session } = await openTwoFactorOwner(world);
      world.clock.advance(FRESH_SECONDS + 1);
      const before = await storedRows(world);

      const answer = await act(session.access_token);

      expect(answer).toMatchObject(FRESH_WANTED);
      expect(await storedRows(world)).toEqual(before);
    });

    it.each([
      ['asking for a code', askForNumber],
      ['giving one', giveCode],
    ])('is dead as soon as its owner has signed out: %s', async (_, act) => {
      const { session } = await openTwoFactorOwner(world);
      await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));

      expect(await act(session.access_token)).toMatchObject(DEAD);
    });

    it('that has proven the password alone gives no code for a new number, however fresh it is', async () => {
      const { firstSession } = await openTwoFactorOwner(world);

      expect(await giveCode(firstSession.access_token)).toMatchObject(FACTOR_WANTED);
    });
  });

  describe('together with the password', () => {
    it('gets nowhere without the second factor', async () => {
      const { firstSession, session } = await openTwoFactorOwner(world);
      const tries = [{}, { code: '000000' }, { code: '0123-4567-89AB-CDEF' }];

      for (const stolen of [firstSession, session]) {
        for (const one of tries) {
          const answer = await proveAgain(world, stolen, one);
          expect([400, 401]).toContain(answer.status);
          expect(answer.body).not.toHaveProperty('access_token');
        }
      }
    });

    it('can not use the codes of an account of its own', async () => {
      const victim = await openTwoFactorOwner(world);
      const thief = await openTwoFactorOwner(world);

      const answer = await proveAgain(world, victim.firstSession, { code: thief.recoveryCodes[0] ?? '' });

      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    });
  });

  it('that was begun before a factor was on does not profit from the owner proving themselves elsewhere', async () => {
    const stolen: SessionTokensAnswer = await signUp(world, 'before-and-after@example.com');
    const { body: owners } = await signIn(world, 'before-and-after@example.com');
    const { recoveryCodes } = await addAuthenticator(world, owners);
    const proven = await proveAgain(world, owners, { code: recoveryCodes[0] ?? '' });
    // Keeps other sessions, also when the app was added: by default the stolen one would have ended.
    const renewed = await callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/json', proven.body.access_token, {
      body: { end_other_sessions: false },
    });

    const { body: refreshed } = await refresh(world, stolen.refresh_token);
    const answers = [];
    for (const route of asksFactor) answers.push(await ask(route, refreshed.access_token));

    expect(renewed.status).toBe(200);
    for (const answer of answers) expect(answer).toMatchObject(FACTOR_WANTED);
  });
});
