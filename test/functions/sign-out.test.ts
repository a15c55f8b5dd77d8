import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { writesTo } from '../support/dynamo-shape.ts';
import { getProfile, recoveryToken, refresh, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, type EventChanges, loadEvent } from '../support/load-event.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const EMAIL = 'ada@example.com';
const { accessTokenSeconds } = DEFAULTS.sessions;
const UNAUTHENTICATED = { status: 401, body: { code: 'unauthenticated' } };

describe('sign-out', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await signUp(world, EMAIL);
  });
  afterAll(() => world.close());

  const newSession = async (email = EMAIL): Promise<SessionTokensAnswer> => (await signIn(world, email)).body;
  const signOut = ({ access_token: token }: SessionTokensAnswer, changes: EventChanges = {}): Promise<Answer> =>
    world.call('sign-out', loadEvent('sign-out/delete', { ...bearer(token), ...changes }));
  const accountOf = async ({ account_id: id }: SessionTokensAnswer) =>
    (await world.rows('accounts')).find(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'ACCOUNT');
  const revokedOf = async (tokens: SessionTokensAnswer) =>
    (await accountOf(tokens))?.revokedSessions as Record<string, number>;
  const hasRow = async ({ session_id: id }: SessionTokensAnswer): Promise<boolean> =>
    (await world.rows('tokens')).some(({ sessionId }) => sessionId === id);

  it('answers 204 and nothing else', async () => {
    const answer = await signOut(await newSession());

    expect(answer).toEqual({
      status: 204,
      headers: {
        'cache-control': 'no-store',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'UGh1cjJxDoEEMjQ=',
      },
      body: '',
      text: '',
    });
  });

  /** @asvs 7.4.1 */
  it('ends the access token at once, at every route that wants a session', async () => {
    const tokens = await newSession();
    const before = await getProfile(world, tokens);

    await signOut(tokens);

    expect(before.status).toBe(200);
    expect(await routesOpenTo(world, tokens)).toEqual([]);
  });

  it('ends every access token of the session, and not only the one it was called with', async () => {
    const first = await newSession();
    const { body: second } = await refresh(world, first.refresh_token);

    await signOut(first);

    expect(await routesOpenTo(world, second)).toEqual([]);
  });

  /** @asvs 7.4.1 */
  it('ends the refresh token', async () => {
    const tokens = await newSession();

    await signOut(tokens);

    expect(await refresh(world, tokens.refresh_token)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    expect(await hasRow(tokens)).toBe(false);
  });

  it('leaves the other sessions of the account alone', async () => {
    const mine = await newSession();
    const other = await newSession();

    await signOut(mine);

    expect((await getProfile(world, other)).status).toBe(200);
    expect((await refresh(world, other.refresh_token)).status).toBe(200);
  });

  it('is refused the second time', async () => {
    const tokens = await newSession();
    await signOut(tokens);

    const answer = await signOut(tokens);

    expect(answer).toMatchObject({
      ...UNAUTHENTICATED,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  });

  it('leaves one entry in the history, of twenty simultaneous calls too', async () => {
    await signUp(world, 'events@example.com');
    const tokens = await newSession('events@example.com');

    const answers = await Promise.all(Array.from({ length: 20 }, () => signOut(tokens)));
    const events = await eventsOf(world, tokens.account_id);

    expect(answers.filter(({ status }) => status !== 204 && status !== 401)).toEqual([]);
    expect(answers.some(({ status }) => status === 204)).toBe(true);
    expect(events.filter(({ type }) => type === 'signed-out')).toMatchObject([{ sourceIp: '203.0.113.7' }]);
  });

  it('takes effect for twenty sessions that end at the same time', async () => {
    await signUp(world, 'many@example.com');
    const sessions = await Promise.all(Array.from({ length: 20 }, () => newSession('many@example.com')));
    const survivor = await newSession('many@example.com');

    const answers = await Promise.all(sessions.map((tokens) => signOut(tokens)));

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(204));
    expect(Object.keys(await revokedOf(survivor)).toSorted()).toEqual(
      sessions.map(({ session_id: id }) => id).toSorted(),
    );
    const profiles = await Promise.all(sessions.map((tokens) => getProfile(world, tokens)));
    expect(profiles.map(({ status }) => status)).toEqual(Array(20).fill(401));
    const refreshes = await Promise.all(sessions.map((tokens) => refresh(world, tokens.refresh_token)));
    expect(refreshes.map(({ status }) => status)).toEqual(Array(20).fill(400));
    expect((await getProfile(world, survivor)).status).toBe(200);
  });

  describe('the list of ended sessions', () => {
    it('keeps one for as long as an access token of it can live', async () => {
      const tokens = await newSession();

      await signOut(tokens);

      expect((await revokedOf(tokens))[tokens.session_id]).toBe(world.clock.nowSeconds() + accessTokenSeconds);
    });

    it.each([
      [
        'keeps it in the second in which the last token dies, also one that was signed late',
        accessTokenSeconds + 30,
        true,
      ],
      ['drops it with the first sign-out after that', accessTokenSeconds + 31, false],
    ])('%s', async (_, seconds, kept) => {
      const early = await newSession();
      await signOut(early);
      world.clock.advance(seconds);
      const late = await newSession();

      await signOut(late);

      expect(Object.keys(await revokedOf(late)).includes(early.session_id)).toBe(kept);
      expect(await revokedOf(late)).toHaveProperty(late.session_id);
      expect((await getProfile(world, early)).status).toBe(401);
    });

    it('does not grow for ever', async () => {
      await signUp(world, 'tidy@example.com');
      for (let times = 0; times < 4; times += 1) {
        await signOut(await newSession('tidy@example.com'));
        await signOut(await newSession('tidy@example.com'));
        world.clock.advance(accessTokenSeconds + 31);
      }
      const last = await newSession('tidy@example.com');

      await signOut(last);

      expect(Object.keys(await revokedOf(last))).toEqual([last.session_id]);
    });
  });

  describe('without a living session', () => {
    // Without a token the challenge reports no error (RFC 6750 §3.1).
    it.each<[string, string | undefined, string]>([
      ['no header', undefined, 'Bearer'],
      ['an empty header', '', 'Bearer'],
      ['another scheme', 'Basic YWRhOnNlY3JldA==', 'Bearer'],
      ['no token', 'Bearer ', 'Bearer error="invalid_token"'],
      ['two tokens', 'Bearer a.b.c d.e.f', 'Bearer error="invalid_token"'],
      ['gibberish', 'Bearer replaced.by.the.test', 'Bearer error="invalid_token"'],
      ['what is far too long', `Bearer ${'a'.repeat(10_000)}`, 'Bearer error="invalid_token"'],
    ])('is refused with %s', async (_, authorization, challenge) => {
      const answer = await world.call(
        'sign-out',
        loadEvent('sign-out/delete', { 'headers.authorization': authorization }),
      );

      expect(answer).toMatchObject(UNAUTHENTICATED);
      expect(answer.headers['www-authenticate']).toBe(challenge);
    });

    it.each([
      ['is allowed a second before the access token ends', accessTokenSeconds - 1, 204],
      ['is refused in the second in which it ends', accessTokenSeconds, 401],
      ['is refused a second after', accessTokenSeconds + 1, 401],
    ])('%s', async (_, seconds, status) => {
      const tokens = await newSession();
      world.clock.advance(seconds);

      const answer = await signOut(tokens);

      expect(answer.status).toBe(status);
    });

    it('is refused after a password reset', async () => {
      await signUp(world, 'reset@example.com');
      const tokens = await newSession('reset@example.com');
      await resetPassword(world, await recoveryToken(world, 'reset@example.com'), 'another good one');

      const answer = await signOut(tokens);

      expect(answer).toMatchObject(UNAUTHENTICATED);
    });
  });

  it('does no harm when the password is reset between its read and its write', async () => {
    await signUp(world, 'overtaken@example.com');
    const tokens = await newSession('overtaken@example.com');
    const token = await recoveryToken(world, 'overtaken@example.com');
    world.proxy.interrupt({
      fits: writesTo(`SESSION#${tokens.session_id}`),
      meanwhile: () => resetPassword(world, token, 'another good one'),
    });

    const answer = await signOut(tokens);

    expect(answer.status).toBe(204);
    expect(await routesOpenTo(world, tokens)).toEqual([]);
    expect(await refresh(world, tokens.refresh_token)).toMatchObject({ status: 400 });
    expect((await signIn(world, 'overtaken@example.com', 'another good one')).status).toBe(200);
  });

  it.each([
    ['read', 'GetItem'],
    ['write', 'TransactWriteItems'],
  ])('has not happened while the database can not %s, and says so', async (_, operation) => {
    const tokens = await newSession();
    world.proxy.fail({ operation, after: 0, times: 20, kind: 'server-error' });

    const down = await signOut(tokens);
    world.proxy.heal();
    const meanwhile = await getProfile(world, tokens);
    const up = await signOut(tokens);

    expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
    expect(meanwhile.status).toBe(200);
    expect(up.status).toBe(204);
  });

  it('has happened once when the answer of the database was lost', async () => {
    await signUp(world, 'lost@example.com');
    const tokens = await newSession('lost@example.com');
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'lost-answer' });

    const answer = await signOut(tokens);
    world.proxy.heal();

    expect(answer.status).toBe(204);
    expect(await routesOpenTo(world, tokens)).toEqual([]);
    const events = await eventsOf(world, tokens.account_id);
    expect(events.filter(({ type }) => type === 'signed-out')).toHaveLength(1);
  });

  it('answers a fault of its own without a word about it', async () => {
    const tokens = await newSession();
    world.proxy.fail({ operation: 'GetItem', after: 0, times: 1, kind: 'access-denied' });

    const answer = await signOut(tokens);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('puts no token or address in a log or an answer, and says who signed out', async () => {
    const before = world.logs.length;
    const tokens = await newSession();
    const answers = [await signOut(tokens), await signOut(tokens)];
    const lines = world.logs.slice(before);
    const secrets = { access: tokens.access_token, refresh: tokens.refresh_token };

    expect(leaksIn(lines, { ...secrets, EMAIL })).toEqual([]);
    expect(leaksIn(JSON.stringify(answers), secrets)).toEqual([]);
    expect(leaksIn(await everythingStored(world), secrets)).toEqual([]);
    expect(lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'sign-out')).toMatchObject([
      { level: 'info', account_id: tokens.account_id, session_id: tokens.session_id, outcome: 'success' },
    ]);
  });
});
