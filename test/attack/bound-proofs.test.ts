import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bindableRoutesOf } from '../../shared/contract/step-up.ts';
import type { ServiceRequest, ServiceWithRows } from '../catalogue/service.ts';
import { PROVABLE_REQUESTS, proofOf } from '../catalogue/step-up-requests.ts';
import { httpContracts } from '../support/fixtures.ts';
import { getProfile, recoveryToken, refresh, resetPassword, signIn, signUpSomebody } from '../support/journeys.ts';
import { newKey } from '../support/keyed-world.ts';
import { accountWithLeftNumber } from '../support/left-number.ts';
import { addAuthenticator } from '../support/second-factor.ts';
import { sendTo, serviceIn } from '../support/service-in-world.ts';
import { proveFor } from '../support/step-up.ts';
import { storedRows } from '../support/stored.ts';
import { claimsOf, openTwoFactorOwner, proveAgain, twoFactorOf } from '../support/two-factor-journeys.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const LIFE_SECONDS = 300;
/** Of a session that is past it. */
const AGED_SECONDS = LIFE_SECONDS + 1;

const REFUSED = {
  status: 401,
  headers: {
    'www-authenticate':
      'Bearer error="insufficient_user_authentication", acr_values="urn:keyturn:acr:2fa urn:keyturn:acr:1fa", max_age="300"',
  },
  body: {
    code: 'fresh-session-required',
    hint: 'proof-refused',
    acr_values: 'urn:keyturn:acr:2fa urn:keyturn:acr:1fa',
    max_age: LIFE_SECONDS,
  },
};

/** What asks for no proof of this request; a proof that comes with it is held against it all the same. */
const WANTS_NONE = ['change-password', 'update-profile', 'update-profile (a merge)'];

/** What looks for a thing to end before it uses the proof up. */
const ENDS_WHAT_IT_FINDS = ['revoke-session', 'stop-factor-reset'];

describe('a proof that is bound to one request', () => {
  let world: World;
  let service: ServiceWithRows;

  beforeAll(async () => {
    // Access tokens outlive their freshness, as for a thief who acted at once.
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
    service = serviceIn(world);
  });
  afterAll(() => world.close());

  const age = async (): Promise<void> => world.clock.advance(AGED_SECONDS);
  const send = (request: ServiceRequest, token?: string, more: Record<string, string> = {}): Promise<Answer> =>
    sendTo(world, {
      ...request,
      headers: { ...request.headers, ...(token !== undefined && { 'keyturn-step-up': token }), ...more },
    });
  const asBearer = (request: ServiceRequest, token: string): ServiceRequest => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${token}` },
  });
  const isDone = ({ status }: Answer): boolean => status === 200;

  it('can be for every route that asks for one', () => {
    const routes = PROVABLE_REQUESTS.map(({ name }) => name.replace(/ \(.*/, ''));
    const asking = httpContracts.filter(({ problems }) => problems.includes('fresh-session-required'));

    expect(new Set(routes)).toEqual(new Set(asking.map(({ flow }) => flow)));
    expect(bindableRoutesOf(httpContracts)).toHaveLength(PROVABLE_REQUESTS.length);
  });

  describe.each(PROVABLE_REQUESTS)('at $name', ({ name, prepare }) => {
    const prepared = async () => {
      const { request, caller } = await prepare(service, age);
      return { request, caller, prove: () => proofOf(service, request, caller) };
    };

    /** @asvs 7.5.1 */
    it('has it done once, by a session that is fresh for nothing, and is spent by no attempt that fails', async () => {
      const { request, caller, prove } = await prepared();
      const without = WANTS_NONE.includes(name) ? null : await send(request);
      const token = await prove();
      const before = await storedRows(world);
      const otherBody = request.body === undefined ? '{"a":1}' : request.body.replace('}', ' }');
      const refused = [
        await send(
          { ...request, body: otherBody, headers: { 'content-type': 'application/json', ...request.headers } },
          token,
        ),
        await send(request, `${token}A`),
        await send(request, ''),
        await send(request, 'x'.repeat(5000)),
      ];
      const untouched = await storedRows(world);

      const done = await send(request, token);
      const replays = [
        await send(request, token),
        await send(asBearer(request, done.body.session?.access_token ?? caller.session.access_token), token),
      ];

      if (without)
        expect(without).toMatchObject({ status: 401, body: { code: 'fresh-session-required', max_age: LIFE_SECONDS } });
      for (const answer of [...refused, ...replays]) expect(answer).toMatchObject(REFUSED);
      expect(new Set(refused.map(({ text }) => text)).size).toBe(1);
      expect(untouched).toEqual(before);
      expect(done.status).toBe(200);
    });

    it('is of no use to another session, and in no other account', async () => {
      const { request, prove, caller } = await prepared();
      const token = await prove();
      const stranger = await signUpSomebody(world);
      const path = request.path.replace(caller.accountId, stranger.account_id);

      const answer = await send(asBearer({ ...request, path }, stranger.access_token), token);

      expect(answer).toMatchObject(REFUSED);
      expect(await send(request, token)).toMatchObject({ status: 200 });
    });

    it('lets one of several at the same moment win', async () => {
      const { request, prove } = await prepared();
      const token = await prove();

      const answers = await Promise.all(Array.from({ length: 5 }, () => send(request, token)));

      expect(answers.filter(isDone)).toHaveLength(1);
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    });

    it('gets a repeat with the same Idempotency-Key the answer that it got, and another nothing', async () => {
      const { request, prove } = await prepared();
      const token = await prove();
      const key = { 'idempotency-key': newKey() };

      const first = await send(request, token, key);
      const again = await send(request, token, key);
      const other = await send(request, token, { 'idempotency-key': newKey() });

      expect([first.status, again.status]).toEqual([200, 200]);
      expect({ ...again.body, session: null }).toEqual({ ...first.body, session: null });
      // What has ended is not found, with any proof.
      expect(other.status).toBe(ENDS_WHAT_IT_FINDS.includes(name) ? 404 : 401);
    });
  });

  const enroll = (accessToken: string): ServiceRequest => ({
    method: 'POST',
    path: '/two-factor/totp',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  /** An account whose session is old, and a proof for an app to be added. */
  const withOldSession = async (more: { max_age?: number } = {}) => {
    const account = await signUpSomebody(world);
    await age();
    const { body } = await proveFor(world, account, { action: 'POST /two-factor/totp', ...more });
    const token: string = body.step_up_token;
    return { account, answer: body, token, until: Date.parse(body.fresh_until) / 1000 };
  };

  describe('ends', () => {
    it.each([
      [300, {}],
      [300, { max_age: 300 }],
      [60, { max_age: 60 }],
      [1, { max_age: 1 }],
    ])('after %d seconds and not one later, where it was asked for with %j', async (livesSeconds, asked) => {
      const inTime = await withOldSession(asked);
      const promised = inTime.until - world.clock.nowSeconds();
      world.clock.advance(livesSeconds);
      const atTheEnd = await send(enroll(inTime.account.access_token), inTime.token);
      const late = await withOldSession(asked);
      world.clock.advance(livesSeconds + 1);

      const after = await send(enroll(late.account.access_token), late.token);

      expect(promised).toBe(livesSeconds);
      expect(atTheEnd.status).toBe(200);
      expect(after).toMatchObject(REFUSED);
    });

    it('with the epoch of its account: what has ended the session has ended it', async () => {
      const { account, token } = await withOldSession();
      await resetPassword(world, await recoveryToken(world, account.email), 'what the owner chose');
      const { body: anew } = await signIn(world, account.email, 'what the owner chose');

      const answers = [await send(enroll(account.access_token), token), await send(enroll(anew.access_token), token)];

      expect(answers.map(({ status }) => status)).toEqual([401, 401]);
      expect(answers[1]).toMatchObject(REFUSED);
    });

    it('where another change has raised the epoch and carried its session over', async () => {
      const { session, recoveryCodes } = await openTwoFactorOwner(world);
      const [first = '', second = ''] = recoveryCodes;
      const action = 'DELETE /two-factor/totp';
      const { body: bound } = await proveFor(world, session, { action, code: first });
      const { body: fresh } = await proveAgain(world, session, { code: second });
      const renewed = await send({ ...enroll(fresh.access_token), path: '/two-factor/recovery-codes' });
      const removal = (token: string) => ({ ...enroll(token), method: 'DELETE', path: '/two-factor/totp' });

      const answer = await send(removal(renewed.body.session.access_token), bound.step_up_token);

      expect(renewed.status).toBe(200);
      expect(answer).toMatchObject(REFUSED);
    });

    it('in a session of the same account that did not ask for it', async () => {
      const { account, token } = await withOldSession();
      const { body: other } = await signIn(world, account.email);

      const answer = await send(enroll(other.access_token), token); // fresh as it is

      expect(answer).toMatchObject(REFUSED);
      expect((await send(enroll(other.access_token))).status).toBe(200);
    });
  });

  describe('is for that request alone', () => {
    const removal = (token: string, factor: string): ServiceRequest => ({
      ...enroll(token),
      method: 'DELETE',
      path: `/two-factor/${factor}`,
    });

    it('removes the app that it names, and no other; capitals of its id are no other id', async () => {
      const { session, recoveryCodes, appId } = await openTwoFactorOwner(world);
      const { id: other } = await addAuthenticator(world, session, 'Tablet');
      await age();
      const { body } = await proveFor(world, session, {
        action: `DELETE /two-factor/${other.toUpperCase()}`,
        code: recoveryCodes[0] ?? '',
      });
      const { access_token: token } = session;

      const answers = [
        await send(removal(token, appId), body.step_up_token),
        await send(removal(token, 'totp'), body.step_up_token),
        await send(removal(token, 'sms'), body.step_up_token),
        await send({ ...removal(token, other), body: '{}' }, body.step_up_token),
        await send(
          { ...removal(token, other), method: 'POST', path: '/two-factor/recovery-codes' },
          body.step_up_token,
        ),
      ];
      const done = await send(removal(token, other), body.step_up_token);

      for (const answer of answers) expect(answer).toMatchObject(REFUSED);
      expect(done.status).toBe(200);
      expect((await twoFactorOf(world, done.body.session)).factors.map(({ id }: { id?: string }) => id)).toEqual([
        appId,
      ]);
    });

    it('makes no session fresh: not by its answer, nor by a refresh, nor by the session that the action gives', async () => {
      const { session, recoveryCodes } = await openTwoFactorOwner(world);
      await age();
      const begun = claimsOf(session.access_token).auth_time;
      const asked = { action: 'DELETE /two-factor/totp', code: recoveryCodes[0] ?? '' };
      const { body: proven } = await proveFor(world, session, asked);
      const { body: refreshed } = await refresh(world, session.refresh_token);
      const tokens = [session, proven, refreshed].map(({ access_token: token }) => String(token));

      const opened = await Promise.all(tokens.map((token) => send(enroll(token))));
      const done = await send(removal(refreshed.access_token, 'totp'), proven.step_up_token);
      const after = await send(enroll(done.body.session.access_token));

      expect(opened.map(({ status, body }) => [status, body.code])).toEqual(
        tokens.map(() => [401, 'fresh-session-required']),
      );
      expect(done.status).toBe(200);
      expect(after).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
      expect([...tokens, done.body.session.access_token].map((token) => claimsOf(token).auth_time)).toEqual([
        begun,
        begun,
        begun,
        begun,
      ]);
    });

    it('is refused to a session that has not proven the factor which is on by then', async () => {
      const { account, token } = await withOldSession();
      const { body: other } = await signIn(world, account.email);
      await addAuthenticator(world, other);

      const answer = await send(enroll(account.access_token), token);

      expect(answer).toMatchObject({
        status: 401,
        body: { code: 'fresh-session-required', acr_values: 'urn:keyturn:acr:2fa' },
      });
    });

    it('removes a number that is no factor, once', async () => {
      const account = await accountWithLeftNumber(world);
      await age();
      const path = `/profile/${account.account_id}`;
      const request: ServiceRequest = {
        method: 'PATCH',
        path,
        headers: { authorization: `Bearer ${account.access_token}`, 'content-type': 'application/merge-patch+json' },
        body: '{"phone_number":null}',
      };
      const without = await send(request);
      const { body } = await proveFor(world, account, { action: `PATCH ${path}`, body: request.body ?? '' });

      const done = await send(request, body.step_up_token);
      const replay = await send(asBearer(request, done.body.session.access_token), body.step_up_token);

      expect(without).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
      expect(done.status).toBe(200);
      expect((await getProfile(world, done.body.session)).body).not.toHaveProperty('phone_number');
      expect(replay).toMatchObject(REFUSED);
    });

    it('is kept for another attempt, where the change could not be written', async () => {
      const { account, token } = await withOldSession();
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 100, kind: 'access-denied' });

      const down = await send(enroll(account.access_token), token);
      world.proxy.heal();
      const again = await send(enroll(account.access_token), token);

      expect([down.status, again.status]).toEqual([500, 200]);
    });
  });

  it('stays unread, and harmless, at routes that ask for no fresh session', async () => {
    const { account, token } = await withOldSession();

    const profile = await send(
      { ...enroll(account.access_token), method: 'GET', path: `/profile/${account.account_id}` },
      'x',
    );
    const done = await send(enroll(account.access_token), token);

    expect([profile.status, done.status]).toEqual([200, 200]);
  });

  it('is stored as a hash, and never shown in a log', async () => {
    const { account, token } = await withOldSession();
    await send(enroll(account.access_token), token);

    expect(token).toMatch(/^[\w-]{43}$/); // 256 bits
    expect((await storedRows(world)).filter((row) => row.includes(token))).toEqual([]);
    expect(world.logs.filter((line) => line.includes(token))).toEqual([]);
  });
});
