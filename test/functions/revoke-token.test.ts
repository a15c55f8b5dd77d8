import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, writesTo } from '../support/dynamo-shape.ts';
import {
  getProfile,
  recoveryToken,
  refresh,
  resetPassword,
  revokeToken,
  signIn,
  signUp,
  signUpSomebody,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import { startWorld, type World } from '../support/world.ts';

const EMAIL = 'ada@example.com';
const { accessTokenSeconds, absoluteSeconds, idleSeconds, refreshGraceSeconds } = DEFAULTS.sessions;
const REVOKED = { status: 200, body: { status: 'revoked' } };

describe('revoke-token', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await signUp(world, EMAIL);
  });
  afterAll(() => world.close());

  const newSession = async (email = EMAIL): Promise<SessionTokensAnswer> => (await signIn(world, email)).body;
  const rotated = async ({ refresh_token: token }: SessionTokensAnswer): Promise<SessionTokensAnswer> =>
    (await refresh(world, token)).body;
  const hasRow = async ({ session_id: id }: SessionTokensAnswer): Promise<boolean> =>
    (await world.rows('tokens')).some(({ sessionId }) => sessionId === id);
  /** The newest entries of an account's history, oldest first. */
  const historyOf = async ({ account_id: id }: SessionTokensAnswer, entries: number): Promise<string[]> =>
    (await eventsOf(world, id)).map(({ type }) => String(type)).slice(-entries);

  it('answers 200, as the specification has it, and says nothing else', async () => {
    const answer = await revokeToken(world, (await newSession()).refresh_token);

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({ status: 'revoked' });
  });

  describe.each(['refresh_token', 'access_token'] as const)('by %s', (kind) => {
    /** @asvs 7.4.1 */
    it('ends refresh token and access tokens of the session', async () => {
      const first = await newSession();
      const tokens = await rotated(first);

      const answer = await revokeToken(world, tokens[kind]);

      expect(answer).toMatchObject(REVOKED);
      expect(await routesOpenTo(world, tokens)).toEqual([]);
      expect(await routesOpenTo(world, first)).toEqual([]);
      expect((await refresh(world, tokens.refresh_token)).body.code).toBe('invalid-token');
      expect(await hasRow(tokens)).toBe(false);
      expect(await historyOf(tokens, 1)).toEqual(['signed-out']);
    });

    it('leaves the other sessions of the account alone', async () => {
      const [mine, other] = [await newSession(), await newSession()];

      await revokeToken(world, mine[kind]);

      expect((await getProfile(world, other)).status).toBe(200);
      expect((await refresh(world, other.refresh_token)).status).toBe(200);
    });

    it('is answered alike a second time, and changes nothing', async () => {
      const tokens = await newSession();
      await revokeToken(world, tokens[kind]);
      const before = await storedRows(world);

      expect(await revokeToken(world, tokens[kind])).toMatchObject(REVOKED);
      expect(await storedRows(world)).toEqual(before);
    });

    it('leaves one entry in the history, of twenty simultaneous calls too', async () => {
      const tokens = await signUpSomebody(world);

      const answers = await Promise.all(Array.from({ length: 20 }, () => revokeToken(world, tokens[kind])));

      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect((await eventsOf(world, tokens.account_id)).filter(({ type }) => type === 'signed-out')).toHaveLength(1);
    });

    it('changes nothing once a password reset has ended the session', async () => {
      const { email, ...tokens } = await signUpSomebody(world);
      await resetPassword(world, await recoveryToken(world, email), 'another good one');
      const before = await storedRows(world);

      expect(await revokeToken(world, tokens[kind])).toMatchObject(REVOKED);
      expect(await storedRows(world)).toEqual(before);
    });

    it('does no harm when the password is reset between its read and its write', async () => {
      const { email, ...tokens } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      world.proxy.interrupt({
        fits: writesTo(`SESSION#${tokens.session_id}`),
        meanwhile: () => resetPassword(world, token, 'another good one'),
      });

      expect(await revokeToken(world, tokens[kind])).toMatchObject(REVOKED);
      expect(await routesOpenTo(world, tokens)).toEqual([]);
      expect((await signIn(world, email, 'another good one')).status).toBe(200);
    });
  });

  /** @see RFC 7009 §2.1 */
  it('takes the form that libraries for OAuth send, whatever its hint says', async () => {
    for (const hint of ['refresh_token', 'access_token', 'urn:unknown', '']) {
      const tokens = await newSession();
      const form = formBody({ token: tokens.refresh_token, token_type_hint: hint, client_id: 'an-app' });

      const answer = await world.call('revoke-token', loadEvent('revoke-token/form', form));

      expect(answer).toMatchObject(REVOKED);
      expect(await hasRow(tokens)).toBe(false);
    }
  });

  it.each([{}, { token: '' }])('asks for a token where there is none: %j', async (fields) => {
    const answer = await world.call('revoke-token', loadEvent('revoke-token/form', formBody(fields)));

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ field: 'token' }] } });
  });

  it('ends the session of an app that is opened when its access token is long over', async () => {
    const tokens = await newSession();
    world.clock.advance(accessTokenSeconds * 10);

    expect(await revokeToken(world, tokens.access_token)).toMatchObject(REVOKED);
    expect(await hasRow(tokens)).toBe(true);
    expect(await revokeToken(world, tokens.refresh_token)).toMatchObject(REVOKED);
    expect(await hasRow(tokens)).toBe(false);
  });

  it.each([
    ['ends a session in its last second', -1, ['signed-out']],
    ['does nothing for one that was idle for too long', 0, ['signed-in']],
  ])('%s', async (_, seconds, entries) => {
    await signUpSomebody(world);
    const tokens = await newSession();
    world.clock.advance(idleSeconds + seconds);

    expect(await revokeToken(world, tokens.refresh_token)).toMatchObject(REVOKED);
    expect(await historyOf(tokens, 1)).toEqual(entries);
  });

  it('does nothing for a session that is past its absolute end', async () => {
    let tokens = await newSession();
    for (let day = 0; day < absoluteSeconds / idleSeconds; day += 1) {
      world.clock.advance(idleSeconds - 1);
      tokens = { ...tokens, ...(await rotated(tokens)) };
    }
    world.clock.advance(idleSeconds - 1);
    const before = await storedRows(world);

    expect(await revokeToken(world, tokens.refresh_token)).toMatchObject(REVOKED);
    expect(await storedRows(world)).toEqual(before);
  });

  describe('a refresh token of a generation before', () => {
    it('is the app’s own within the grace, where the answer to its refresh was lost: the session ends as signed out', async () => {
      const first = await newSession();
      const next = await rotated(first);
      world.clock.advance(refreshGraceSeconds);

      expect(await revokeToken(world, first.refresh_token)).toMatchObject(REVOKED);
      expect(await routesOpenTo(world, next)).toEqual([]);
      expect(await hasRow(next)).toBe(false);
      expect(await historyOf(first, 1)).toEqual(['signed-out']);
    });

    /** @see RFC 9700 §4.14.2 */
    it.each([
      ['comes after the grace', refreshGraceSeconds + 1, 1],
      ['has a successor that was used', 0, 2],
      ['is of long ago', 3600, 3],
    ])('is held by two parties where it %s: the session ends, and the history says why', async (_, seconds, uses) => {
      const first = await newSession();
      let newest = first;
      for (let times = 0; times < uses; times += 1) newest = await rotated(newest);
      world.clock.advance(seconds);
      const before = world.logs.length;

      expect(await revokeToken(world, first.refresh_token)).toMatchObject(REVOKED);
      expect(await routesOpenTo(world, newest)).toEqual([]);
      expect(await hasRow(newest)).toBe(false);
      expect(await historyOf(first, 1)).toEqual(['refresh-token-reused']);
      expect(world.logs.slice(before).join('\n')).toContain('"outcome":"session-ended"');
    });
  });

  it.each([
    ['gibberish', () => 'replaced-by-the-test'],
    ['a JWT of nobody', () => 'a.b.c'],
    ['a refresh token with another secret', (token: string) => `${token.slice(0, 60)}AAAA${token.slice(64)}`],
    ['a refresh token that was cut', (token: string) => token.slice(0, -1)],
    ['white space before it', (token: string) => ` ${token}`],
    ['15 KiB of text', () => 'a'.repeat(15_000)],
  ])('is answered alike for %s, without a call to the database', async (_, change) => {
    const tokens = await newSession();
    let answer: unknown;

    const operations = await operationsDuring(world.proxy, async () => {
      answer = await revokeToken(world, change(tokens.refresh_token));
    });

    expect(answer).toMatchObject(REVOKED);
    expect(operations).toEqual([]);
    expect((await getProfile(world, tokens)).status).toBe(200);
  });

  it.each([
    ['read', 'GetItem'],
    ['write', 'TransactWriteItems'],
  ])('has not happened while the database can not %s, and says so', async (_, operation) => {
    const tokens = await newSession();
    world.proxy.fail({ operation, after: 0, times: 20, kind: 'server-error' });

    const down = await revokeToken(world, tokens.refresh_token);
    world.proxy.heal();

    expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
    expect((await getProfile(world, tokens)).status).toBe(200);
    expect(await revokeToken(world, tokens.refresh_token)).toMatchObject(REVOKED);
    expect(await hasRow(tokens)).toBe(false);
  });

  it('puts no token in a log, an answer or a table, and says who signed out', async () => {
    const before = world.logs.length;
    const tokens = await newSession();
    const answers = [await revokeToken(world, tokens.refresh_token), await revokeToken(world, tokens.refresh_token)];
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
