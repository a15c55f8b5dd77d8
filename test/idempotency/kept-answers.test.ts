import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner, bodyAs, everyRoute, fromSource } from '../support/fixtures.ts';
import {
  deviceTokenOf,
  GOOD_PASSWORD,
  getProfile,
  newAddress,
  newestToken,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
  signUp,
  signUpSomebody,
} from '../support/journeys.ts';
import { newKey } from '../support/keyed-world.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { totpCode } from '../support/second-factor.ts';
import { everythingStored } from '../support/stored.ts';
import { answerChallenge, openTwoFactorOwner, STEP_SECONDS } from '../support/two-factor-journeys.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const DAY_SECONDS = 24 * 3600;
const MINUTES_SECONDS = 600;
const TOKENS_SECONDS = 60;

const MISMATCH = { status: 422, body: { code: 'idempotency-mismatch' } };

const keyed = (key: string): EventChanges => ({ 'headers.idempotency-key': key });

describe('an answer that is kept for a repeat', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const call = (fixture: string, key: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call(fixture.split('/')[0] ?? '', loadEvent(fixture, { ...changes, ...keyed(key) }));
  const askSignUp = (email: string, key: string, changes: EventChanges = {}) =>
    call('sign-up/json', key, { ...jsonBody({ email }), ...changes });
  const signInWith = (email: string, key: string, password = GOOD_PASSWORD) =>
    call('sign-in/json', key, jsonBody({ email, password, device_token: deviceTokenOf(world, email) }));
  const enroll = ({ access_token: token }: SessionTokensAnswer, key: string) =>
    call('enroll-totp/no-body', key, bearer(token));
  const renewCodes = (token: string, key: string, body?: object) =>
    call(body ? 'renew-recovery-codes/json' : 'renew-recovery-codes/post', key, {
      ...bearer(token),
      ...(body && jsonBody(body)),
    });
  const intentsTo = async (email: string) =>
    (await world.rows('outbox')).filter((row) => JSON.stringify(row).includes(email)).length;
  const sessionsOf = async (accountId: string) =>
    (await world.rows('tokens')).filter((row) => row.accountId === accountId && String(row.sk).startsWith('SESSION#'))
      .length;

  describe('belongs to one request', () => {
    it('and another body with its key is refused, while the first goes on getting its answer', async () => {
      const [key, email, other] = [newKey(), newAddress(), newAddress()];
      await askSignUp(email, key);

      expect(await askSignUp(other, key)).toMatchObject(MISMATCH);
      expect((await askSignUp(email, key)).status).toBe(200);
      expect([await intentsTo(email), await intentsTo(other)]).toEqual([1, 0]);
    });

    it('and another factor in the path is another request', async () => {
      const { session } = await openTwoFactorOwner(world);
      const key = newKey();
      const remove = (factor: string) =>
        call('remove-factor/delete', key, {
          ...bearer(session.access_token),
          'pathParameters.factor': factor,
          rawPath: `/two-factor/${factor}`,
        });
      await remove('totp');

      expect(await remove('sms')).toMatchObject(MISMATCH);
    });

    it('and another version in If-Match is another request', async () => {
      const session = await signUpSomebody(world);
      const key = newKey();
      const put = (version: string) =>
        call('update-profile/patch-merge', key, {
          ...asOwner(session),
          ...bodyAs('merge-patch', { name: 'Ada' }),
          'headers.if-match': version,
        });

      expect((await put('"v1"')).status).toBe(200);
      expect((await put('"v1"')).headers.etag).toBe('"v2"');
      expect(await put('"v2"')).toMatchObject(MISMATCH);
    });

    it('whether its body is JSON or a form, and its key in quotes or bare', async () => {
      const email = newAddress();
      const key = newKey();
      await askSignUp(email, key);

      const asForm = await call('sign-up/form', key.replaceAll('"', ''), bodyAs('form', { email }));

      expect(asForm.status).toBe(200);
      expect(await intentsTo(email)).toBe(1);
    });

    it('and another route with the same key acts on its own', async () => {
      const [key, { email }] = [newKey(), await signUpSomebody(world)];
      await askSignUp(email, key);

      await call('request-recovery/json', key, jsonBody({ email }));

      expect(await intentsTo(email)).toBe(2);
    });

    it.each<[string, string]>([
      ['the same key', 'guessed-key-1'],
      ['the same key and body', 'guessed-key-2'],
    ])('and a stranger of another network who sends %s keeps no request from acting', async (_, key) => {
      const { email } = await signUpSomebody(world);
      await call('request-recovery/json', key, { ...jsonBody({ email }), ...fromSource('198.51.100.77') });

      const own = await call('request-recovery/json', key, jsonBody({ email }));

      expect(own.status).toBe(200);
      expect(await intentsTo(email)).toBe(2);
    });

    it('and another session of the same account acts on its own', async () => {
      const { email, ...first } = await signUpSomebody(world);
      const second: SessionTokensAnswer = (await signIn(world, email)).body;
      const key = newKey();
      const { body } = await enroll(first, key);

      const other = await enroll(second, key);

      expect(other.status).toBe(200);
      expect(other.body.secret).not.toBe(body.secret);
    });

    it('and is found from another network by the one-time token that proves its sender', async () => {
      const { email } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      const reset = (key: string, source: string) =>
        call('reset-password/json', key, {
          ...jsonBody({ token, new_password: 'a much better horse' }),
          ...fromSource(source),
        });
      const key = newKey();
      const first = await reset(key, '203.0.113.9');

      expect([first.status, (await reset(key, '198.51.100.9')).status]).toEqual([200, 200]);
      expect(await reset(newKey(), '198.51.100.9')).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    });
  });

  describe('is of a success alone', () => {
    it('and a wrong password leaves the key free', async () => {
      const { email } = await signUpSomebody(world);
      const key = newKey();

      expect((await signInWith(email, key, 'not the right one')).status).toBe(401);
      expect((await signInWith(email, key)).status).toBe(200);
    });

    it('and an outage leaves it free: the repeat acts, once', async () => {
      const [key, email] = [newKey(), newAddress()];
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });
      const down = await askSignUp(email, key);
      world.proxy.heal();

      expect([down.status, (await askSignUp(email, key)).status, (await askSignUp(email, key)).status]).toEqual([
        503, 200, 200,
      ]);
      expect(await intentsTo(email)).toBe(1);
    });

    it('and is there too where the database has acted and its answer was lost', async () => {
      const [key, email] = [newKey(), newAddress()];
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1_000_000, kind: 'lost-answer' });
      const lost = await askSignUp(email, key);
      world.proxy.heal();

      expect([lost.status, (await askSignUp(email, key)).status]).toEqual([503, 200]);
      expect(await intentsTo(email)).toBe(1);
    });

    it('and while it can not be read nothing is done', async () => {
      const [key, email] = [newKey(), newAddress()];
      world.proxy.fail({ operation: 'GetItem', after: 0, times: 20, kind: 'server-error' });
      const down = await askSignUp(email, key);
      world.proxy.heal();

      expect([down.status, await intentsTo(email)]).toEqual([503, 0]);
    });
  });

  describe('ends', () => {
    it.each([
      ['is there a second before its 24 hours are over', DAY_SECONDS - 1, 1],
      ['and is gone a second after', DAY_SECONDS + 1, 2],
    ])('by the clock: it %s', async (_, seconds, acted) => {
      const [key, email] = [newKey(), newAddress()];
      await askSignUp(email, key);
      world.clock.advance(seconds);

      expect((await askSignUp(email, key)).status).toBe(200);
      expect(await intentsTo(email)).toBe(acted);
    });

    it.each([
      ['is there a second before its 10 minutes are over', MINUTES_SECONDS - 1, true],
      ['and is gone a second after', MINUTES_SECONDS + 1, false],
    ])('sooner where it shows a secret: it %s', async (_, seconds, isThere) => {
      const { email } = await openTwoFactorOwner(world);
      const key = newKey();
      const first = await signInWith(email, key);
      world.clock.advance(seconds);

      const again = await signInWith(email, key);

      expect(again.status).toBe(200);
      expect(again.body.challenge_token === first.body.challenge_token).toBe(isThere);
    });

    it('with the epoch where it shows a secret: old recovery codes are shown to nobody', async () => {
      const { session } = await openTwoFactorOwner(world);
      const key = newKey();
      const shown: string[] = (await renewCodes(session.access_token, key, { end_other_sessions: false })).body
        .recovery_codes;
      const { body } = await renewCodes(session.access_token, newKey());

      const dead = await renewCodes(session.access_token, key, { end_other_sessions: false });
      const alive = await renewCodes(body.session.access_token, key, { end_other_sessions: false });

      expect(dead.status).toBe(401);
      expect(leaksIn([dead.text, alive.text], { first: shown[0] ?? '', last: shown.at(-1) ?? '' })).toEqual([]);
    });

    it("with the caller's session where it is an account's", async () => {
      const session = await signUpSomebody(world);
      const key = newKey();
      const { body } = await enroll(session, key);
      await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));

      const again = await enroll(session, key);

      expect(again.status).toBe(401);
      expect(again.text).not.toContain(body.secret);
    });

    it('with a password reset', async () => {
      const { email, ...session } = await signUpSomebody(world);
      const key = newKey();
      await enroll(session, key);
      await resetPassword(world, await recoveryToken(world, email), 'a much better horse');

      expect((await enroll(session, key)).status).toBe(401);
    });
  });

  describe('with tokens of a session', () => {
    it('is made again: the same refresh token, and one session', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const before = await sessionsOf(accountId);
      const key = newKey();
      const first = await signInWith(email, key);
      world.clock.advance(TOKENS_SECONDS - 1);

      const again = await signInWith(email, key);

      expect(again.body.refresh_token).toBe(first.body.refresh_token);
      expect(await sessionsOf(accountId)).toBe(before + 1);
      expect((await getProfile(world, again.body)).status).toBe(200);
      expect((await refresh(world, again.body.refresh_token)).status).toBe(200);
    });

    const complete = async () => {
      const email = newAddress();
      await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
      await world.deliver();
      const body = jsonBody({ token: await newestToken(world, email), password: GOOD_PASSWORD });
      const key = newKey();
      const run = () => call('complete-sign-up/json', key, body);
      return { email, run, tokens: (await run()).body as SessionTokensAnswer };
    };
    const REFUSED = { status: 400, body: { code: 'invalid-token' } };

    it.each<[string, (made: Awaited<ReturnType<typeof complete>>) => unknown]>([
      ['a minute later', () => world.clock.advance(TOKENS_SECONDS + 1)],
      ['once they were used', ({ tokens }) => refresh(world, tokens.refresh_token)],
      [
        'once the session has ended',
        ({ tokens }) => world.call('sign-out', loadEvent('sign-out/delete', bearer(tokens.access_token))),
      ],
      [
        'in another epoch',
        async ({ email }) => resetPassword(world, await recoveryToken(world, email), 'a much better horse'),
      ],
    ])("gets the flow's own refusal %s", async (_, happens) => {
      const made = await complete();
      await happens(made);

      expect(await made.run()).toMatchObject(REFUSED);
    });

    it('of a sign-in that was used begins another session, as without a key', async () => {
      const { email } = await signUpSomebody(world);
      const key = newKey();
      const first = await signInWith(email, key);
      await refresh(world, first.body.refresh_token);

      const again = await signInWith(email, key);

      expect(again.status).toBe(200);
      expect(again.body.session_id).not.toBe(first.body.session_id);
    });

    it('of a step-up is an access token alone, and as fresh as the first', async () => {
      const session = await signUpSomebody(world);
      world.clock.advance(3600);
      const { body: rotated } = await refresh(world, session.refresh_token);
      const key = newKey();
      const prove = () =>
        call('reauthenticate/json', key, { ...bearer(rotated.access_token), ...jsonBody({ password: GOOD_PASSWORD }) });
      const first = await prove();

      const again = await prove();

      expect(Object.keys(again.body).toSorted()).toEqual(Object.keys(first.body).toSorted());
      expect((await enroll({ ...rotated, access_token: again.body.access_token }, newKey())).status).toBe(200);
    });

    it('that an action carried over shows its codes again for minutes, with the tokens for one', async () => {
      const { session } = await openTwoFactorOwner(world);
      const key = newKey();
      const { body: lost } = await renewCodes(session.access_token, key);
      const { body: within } = await renewCodes(session.access_token, key);
      const { body: tokens } = await refresh(world, session.refresh_token);
      world.clock.advance(TOKENS_SECONDS + 1);

      const dead = await renewCodes(session.access_token, key);
      const alive = await renewCodes(tokens.access_token, key);

      expect(within.recovery_codes).toEqual(lost.recovery_codes);
      expect(within.session.refresh_token).toBe(lost.session.refresh_token);
      expect(tokens.refresh_token).toBe(lost.session.refresh_token);
      expect(dead.status).toBe(401);
      expect(alive.body).toEqual({ recovery_codes: lost.recovery_codes });
    });

    it('of a completed sign-in is made once of a code that works once', async () => {
      const { email, secret } = await openTwoFactorOwner(world);
      world.clock.advance(STEP_SECONDS);
      const { challenge_token: token } = (await signIn(world, email)).body;
      const code = totpCode(world, secret);
      const key = newKey();
      const prove = () => call('verify-code/with-bearer', key, { ...bearer(token), ...jsonBody({ code }) });
      const first = await prove();

      expect((await prove()).body.refresh_token).toBe(first.body.refresh_token);
      expect(await answerChallenge(world, token, code)).toMatchObject({ status: 400 });
    });
  });

  it('leaves no secret, no token and no key in a table or a log', async () => {
    const before = world.logs.length;
    const owner = await openTwoFactorOwner(world);
    const { access_token: token } = owner.session;
    const key = '"a-key-that-its-client-has-chosen"';
    const enrolled = (await enroll(owner.session, key)).body;
    const renewed = (await renewCodes(token, key)).body;
    await renewCodes(token, key);
    const challenge = (await signInWith(owner.email, key)).body.challenge_token;
    const codes: string[] = renewed.recovery_codes;
    const secrets = {
      key: key.slice(1, -1),
      secret: enrolled.secret,
      qr: enrolled.qr.slice(-40),
      code: codes[0] ?? '',
      refresh: renewed.session.refresh_token,
      access: renewed.session.access_token,
      challenge,
      password: GOOD_PASSWORD,
    };

    expect(leaksIn(await everythingStored(world), secrets)).toEqual([]);
    expect(leaksIn(world.logs.slice(before), secrets)).toEqual([]);
  });

  it('says nothing of its caller in its row', async () => {
    const session = await signUpSomebody(world);
    const known = new Set((await world.rows('tokens')).map(({ pk }) => pk));
    await enroll(session, newKey());

    const rows = (await world.rows('tokens')).filter(({ pk }) => !known.has(pk));

    expect(rows.map((row) => Object.keys(row).toSorted())).toEqual([
      ['answer', 'expiresAtEpochSeconds', 'fingerprint', 'madeAtMs', 'pk', 'schemaVersion', 'sk'],
    ]);
    expect(leaksIn(JSON.stringify(rows), { account: session.account_id, session: session.session_id })).toEqual([]);
  });

  describe('costs', () => {
    const callsOf = async (act: () => Promise<unknown>): Promise<string[]> => {
      const before = world.proxy.calls.length;
      await act();
      return world.proxy.calls
        .slice(before)
        .map(({ operation, body }) => `${operation}${JSON.stringify(body).includes('IDEMPOTENCY#') ? ' of it' : ''}`);
    };

    it('nothing without the header', async () => {
      const email = newAddress();

      const calls = await callsOf(() => world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email }))));

      expect(calls).toEqual(['TransactWriteItems']);
    });

    it('one read more with it, and rides with the action; a repeat is that read alone', async () => {
      const [key, email] = [newKey(), newAddress()];

      const first = await callsOf(() => askSignUp(email, key));
      const again = await callsOf(() => askSignUp(email, key));

      expect(first).toEqual(['GetItem of it', 'TransactWriteItems of it']);
      expect(again).toEqual(['GetItem of it']);
    });
  });

  describe('is asked for by a key that can not be read', () => {
    it.each(
      everyRoute()
        .filter(({ contract, route }) => contract.caller === 'anyone' && route.method !== 'GET')
        .map((one) => [one.routeKey, one] as const),
    )('and %s refuses it', async (_, { contract, fixture }) => {
      const answer = await world.call(contract.flow, loadEvent(fixture, keyed('"no end')));

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(answer.body.errors).toMatchObject([{ field: 'Idempotency-Key', code: 'not-an-idempotency-key' }]);
    });

    it('and a signed-in caller is told so too, and safe methods do not look at it', async () => {
      const session = await signUp(world, newAddress());

      expect((await enroll(session, 'two, keys')).status).toBe(400);
      expect((await call('get-profile/get', 'two, keys', asOwner(session))).status).toBe(200);
    });
  });
});
