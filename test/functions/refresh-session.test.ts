import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeRefreshTokens } from '../../shared/session/refresh-tokens.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { getProfile, recoveryToken, refresh, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const DAY = 24 * 3600;
const EMAIL = 'ada@example.com';
const { idleSeconds, absoluteSeconds, refreshGraceSeconds, accessTokenSeconds } = DEFAULTS.sessions;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The last of a token's 115 characters has four significant bits, so its neighbour decodes to the same bytes. */
const nextInBase64 = (character: string): string => BASE64URL.charAt(BASE64URL.indexOf(character) + 1);
const INVALID = { status: 400, body: { code: 'invalid-token' } };

describe('refresh-session', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await signUp(world, EMAIL);
  });
  afterAll(() => world.close());

  const newSession = async (): Promise<SessionTokensAnswer> => {
    const answer = await signIn(world, EMAIL);
    if (answer.body.refresh_token === undefined) throw new Error(`the sign-in was answered ${answer.text}`);
    return answer.body;
  };
  const rotated = async (tokens: SessionTokensAnswer): Promise<SessionTokensAnswer> => {
    const answer = await refresh(world, tokens.refresh_token);
    if (answer.status !== 200) throw new Error(`the refresh was answered ${answer.text}`);
    return answer.body;
  };
  const rowOf = async ({ session_id: id }: SessionTokensAnswer) =>
    (await world.rows('tokens')).find(({ sessionId }) => sessionId === id);

  it('trades a refresh token for new tokens of the same session', async () => {
    const before = await newSession();

    const answer = await refresh(world, before.refresh_token);

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({
      token_type: 'Bearer',
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: accessTokenSeconds,
      refresh_token: expect.stringMatching(/^[\w-]{115}$/),
      refresh_expires_in: idleSeconds,
      session_id: before.session_id,
      account_id: before.account_id,
    });
    expect(answer.body.refresh_token).not.toBe(before.refresh_token);
    expect(answer.body.access_token).not.toBe(before.access_token);
    expect((await getProfile(world, answer.body)).status).toBe(200);
  });

  it('goes on from token to token', async () => {
    const seen = new Set<string>();
    let tokens = await newSession();

    for (let times = 0; times < 5; times += 1) {
      world.clock.advance(accessTokenSeconds);
      tokens = await rotated(tokens);
      seen.add(tokens.refresh_token);
    }

    expect(seen.size).toBe(5);
    expect((await getProfile(world, tokens)).status).toBe(200);
  });

  it('keeps when the person signed in, and notes when and from where the session was last used', async () => {
    const tokens = await newSession();
    const before = await rowOf(tokens);
    world.clock.advance(3600);

    const event = loadEvent('refresh-session/json', {
      ...jsonBody({ refresh_token: tokens.refresh_token }),
      'requestContext.http.sourceIp': '198.51.100.20',
    });
    const answer = await world.call('refresh-session', event);
    const claims = JSON.parse(Buffer.from(answer.body.access_token.split('.')[1], 'base64url').toString());

    expect(claims.auth_time).toBe(before?.authTimeEpochSeconds);
    expect(await rowOf(tokens)).toMatchObject({
      authTimeEpochSeconds: before?.authTimeEpochSeconds,
      lastUsedAtEpochSeconds: world.clock.nowSeconds(),
      sourceIp: '198.51.100.20',
    });
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const tokens = await newSession();

    const answer = await world.call(
      'refresh-session',
      loadEvent('refresh-session/form', formBody({ refresh_token: tokens.refresh_token })),
    );

    expect(answer.status).toBe(200);
  });

  describe('a repeat', () => {
    it.each([0, 1, refreshGraceSeconds])(
      'after %d seconds gets the same refresh token and a new access token',
      async (seconds) => {
        const tokens = await newSession();
        const first = await rotated(tokens);
        world.clock.advance(seconds);

        const repeat = await rotated(tokens);

        expect(repeat.refresh_token).toBe(first.refresh_token);
        expect(repeat.access_token).not.toBe(first.access_token);
        expect((await getProfile(world, repeat)).status).toBe(200);
        expect((await refresh(world, repeat.refresh_token)).status).toBe(200);
      },
    );

    it('does not begin the grace anew: it is one for each generation', async () => {
      const tokens = await newSession();
      await rotated(tokens);
      world.clock.advance(refreshGraceSeconds - 1);
      await rotated(tokens);
      world.clock.advance(2);

      const answer = await refresh(world, tokens.refresh_token);

      expect(answer).toMatchObject(INVALID);
    });

    it('finds its token again when the answer of the database was lost', async () => {
      const tokens = await newSession();
      world.proxy.fail({ operation: 'UpdateItem', after: 0, times: 1, kind: 'lost-answer' });

      const answer = await refresh(world, tokens.refresh_token);
      world.proxy.heal();

      expect(answer.status).toBe(200);
      expect((await refresh(world, answer.body.refresh_token)).status).toBe(200);
    });
  });

  describe('an old token', () => {
    const reuse = async (): Promise<{ answer: Answer; old: SessionTokensAnswer; current: SessionTokensAnswer }> => {
      const old = await newSession();
      const current = await rotated(old);
      world.clock.advance(refreshGraceSeconds + 1);
      return { answer: await refresh(world, old.refresh_token), old, current };
    };

    /** @asvs 10.4.5 */
    it('ends its session when it is used 61 seconds after the next was given out', async () => {
      const { answer, current } = await reuse();

      expect(answer).toMatchObject(INVALID);
      expect(await refresh(world, current.refresh_token)).toMatchObject(INVALID);
      expect(await rowOf(current)).toBeUndefined();
    });

    it('ends the access tokens of its session with it, at every route', async () => {
      const { old, current } = await reuse();

      expect(await routesOpenTo(world, current)).toEqual([]);
      expect(await routesOpenTo(world, old)).toEqual([]);
    });

    it('leaves the other sessions of the account alone', async () => {
      const other = await newSession();

      await reuse();

      expect((await getProfile(world, other)).status).toBe(200);
      expect((await refresh(world, other.refresh_token)).status).toBe(200);
    });

    it('leaves an entry in the history and a line in the log, once', async () => {
      world.clock.advance(1);
      const before = { events: await eventsOf(world, (await newSession()).account_id), lines: world.logs.length };

      const { old, current } = await reuse();
      await refresh(world, old.refresh_token);
      const events = (await eventsOf(world, old.account_id)).slice(before.events.length);

      expect(events.filter(({ type }) => type === 'refresh-token-reused')).toMatchObject([{ sourceIp: '203.0.113.7' }]);
      expect(
        world.logs
          .slice(before.lines)
          .map((line) => JSON.parse(line))
          .filter(({ event }) => event === 'refresh-token-reused'),
      ).toMatchObject([{ level: 'warn', session_id: current.session_id, outcome: 'session-ended' }]);
    });

    it('ends its session within the grace too when it is older than the last one', async () => {
      const first = await newSession();
      const second = await rotated(first);
      const third = await rotated(second);

      const answer = await refresh(world, first.refresh_token);

      expect(answer).toMatchObject(INVALID);
      expect(await refresh(world, third.refresh_token)).toMatchObject(INVALID);
      expect(await routesOpenTo(world, third)).toEqual([]);
    });

    it('answers as a token does that never was one', async () => {
      const { answer } = await reuse();

      expect(answer).toEqual(await refresh(world, 'never-was-one'));
    });

    it('answers "unavailable" while its session can not be ended, and ends it afterwards', async () => {
      const old = await newSession();
      const current = await rotated(old);
      world.clock.advance(refreshGraceSeconds + 1);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

      const down = await refresh(world, old.refresh_token);
      world.proxy.heal();
      const up = await refresh(world, old.refresh_token);

      expect(down).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(up).toMatchObject(INVALID);
      expect(await routesOpenTo(world, current)).toEqual([]);
    });
  });

  describe('an invented token', () => {
    it.each<[string, number]>([
      ['format', 0],
      ['key version', 1],
      ['session', 2],
      ['account', 18],
      ['generation', 37],
      ['secret', 40],
      ['seal', 85],
    ])('that differs in its %s is refused without a look at the table, and the session goes on', async (_, offset) => {
      const tokens = await newSession();
      const bytes = Buffer.from(tokens.refresh_token, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
      let answer: Answer | undefined;

      const operations = await operationsDuring(world.proxy, async () => {
        answer = await refresh(world, bytes.toString('base64url'));
      });

      expect(answer).toMatchObject(INVALID);
      expect(operations).toEqual([]);
      expect((await refresh(world, tokens.refresh_token)).status).toBe(200);
    });

    it("with a right session's ids can end nobody's session", async () => {
      const { account_id: accountId, session_id: sessionId, ...tokens } = await newSession();
      const document = JSON.parse(readFileSync(world.keyringFile, 'utf8'));
      const foreign = makeRefreshTokens({
        keyring: makeKeyring({ ...document, roots: [{ version: 1, secret: randomBytes(32).toString('base64url') }] }),
        randomness: csprng,
      });

      const answer = await refresh(world, foreign.write(foreign.issue({ accountId, sessionId }).token));

      expect(answer).toMatchObject(INVALID);
      expect((await refresh(world, tokens.refresh_token)).status).toBe(200);
    });

    it.each([
      ['nothing', ''],
      ['a text', 'replaced-by-the-test'],
      ['blanks', '   '],
      ['zeros', Buffer.alloc(86).toString('base64url')],
      ['random bytes', randomBytes(86).toString('base64url')],
      ['a one-time token', '0123456789ABCDEFGHJKMNPQRS'],
      ['far too long', 'A'.repeat(12_000)],
    ])('is refused that is %s', async (_, text) => {
      const answer = await refresh(world, text);

      expect(answer).toMatchObject(INVALID);
    });

    it.each<[string, (text: string) => string]>([
      ['with padding', (text) => `${text}=`],
      ['with a blank before it', (text) => ` ${text}`],
      ['with a line end', (text) => `${text}\n`],
      ['with a bit that base64 does not use', (text) => text.slice(0, -1) + nextInBase64(text.slice(-1))],
      ['cut off', (text) => text.slice(0, -2)],
    ])('is the right one %s, and the session goes on', async (_, spelled) => {
      const tokens = await newSession();

      const answer = await refresh(world, spelled(tokens.refresh_token));

      expect(answer).toMatchObject(INVALID);
      expect((await refresh(world, tokens.refresh_token)).status).toBe(200);
    });
  });

  describe('under parallel use', () => {
    it('gives twenty refreshes with one token one and the same successor', async () => {
      const tokens = await newSession();

      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(world, tokens.refresh_token)));

      const given = answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token);
      expect(given.length).toBeGreaterThanOrEqual(1);
      expect(new Set(given).size).toBe(1);
      expect(answers.filter(({ status, body }) => status !== 200 && body.code !== 'invalid-token')).toEqual([]);
      expect((await refresh(world, given[0])).status).toBe(200);
    });

    it('leaves at most one live token when an old and a new one meet', async () => {
      const first = await newSession();
      const second = await rotated(first);

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => refresh(world, (index % 2 ? first : second).refresh_token)),
      );

      const given = new Set(
        answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token as string),
      );
      const alive: string[] = [];
      for (const token of given) if ((await refresh(world, token)).status === 200) alive.push(token);
      expect(alive.length).toBeLessThanOrEqual(1);
    });
  });

  describe('the end of a session', () => {
    /** @asvs 7.3.1 */
    it.each([
      ['a second before', idleSeconds - 1, 200],
      ['at', idleSeconds, 400],
      ['a second after', idleSeconds + 1, 400],
    ])('%s thirty idle days', async (_, seconds, status) => {
      const tokens = await newSession();
      world.clock.advance(seconds);

      const answer = await refresh(world, tokens.refresh_token);

      expect(answer.status).toBe(status);
      if (status !== 200) expect(await rowOf(tokens)).toBeDefined(); // expired by the clock, before the TTL
    });

    /** @asvs 7.3.1 */
    it('counts idle days from the last refresh', async () => {
      const tokens = await newSession();
      world.clock.advance(idleSeconds - 1);
      const next = await rotated(tokens);
      world.clock.advance(idleSeconds - 1);

      const answer = await refresh(world, next.refresh_token);

      expect(answer.status).toBe(200);
    });

    const usedUntil = async (secondsBeforeTheEnd: number): Promise<SessionTokensAnswer> => {
      let tokens = await newSession();
      let age = 0;
      while (age + 29 * DAY < absoluteSeconds - secondsBeforeTheEnd) {
        world.clock.advance(29 * DAY);
        age += 29 * DAY;
        tokens = await rotated(tokens);
      }
      world.clock.advance(absoluteSeconds - secondsBeforeTheEnd - age);
      return tokens;
    };

    /** @asvs 7.3.2, 10.4.8 */
    it.each([
      ['a second before', 1, 200],
      ['at', 0, 400],
      ['a second after', -1, 400],
    ])('%s ninety days, however often it was used', async (_, secondsBeforeTheEnd, status) => {
      const tokens = await usedUntil(secondsBeforeTheEnd);

      const answer = await refresh(world, tokens.refresh_token);

      expect(answer.status).toBe(status);
    });

    it('is told: refresh_expires_in never points beyond the ninetieth day', async () => {
      const tokens = await usedUntil(3 * DAY);

      const { refresh_expires_in: left } = await rotated(tokens);

      expect(left).toBe(3 * DAY);
    });

    it('comes at once with a password reset', async () => {
      await signUp(world, 'reset@example.com');
      const { body: tokens } = await signIn(world, 'reset@example.com');
      const reset = await resetPassword(world, await recoveryToken(world, 'reset@example.com'), 'another good one');

      const answer = await refresh(world, tokens.refresh_token);

      expect(reset.status).toBe(200);
      expect(answer).toMatchObject(INVALID);
    });

    it('by age ends the session quietly: nobody is told of a thief', async () => {
      const tokens = await newSession();
      const before = (await eventsOf(world, tokens.account_id)).length;
      world.clock.advance(idleSeconds);

      await refresh(world, tokens.refresh_token);

      expect(await eventsOf(world, tokens.account_id)).toHaveLength(before);
    });
  });

  it.each(bodyFaults({ refresh_token: 'replaced-by-the-test' }))(
    'refuses $fault',
    async ({ changes, status, code, errors }) => {
      const answer = await world.call('refresh-session', loadEvent('refresh-session/json', changes));

      expect(answer).toMatchObject({ status, body: { code, status } });
      expect(answer.body.errors).toEqual(errors);
    },
  );

  it.each(['UpdateItem', 'GetItem'])(
    'gives nothing out while %s fails, and the same token works again',
    async (operation) => {
      const tokens = await newSession();
      world.proxy.fail({ operation, after: 0, times: 20, kind: 'server-error' });

      const down = await refresh(world, tokens.refresh_token);
      world.proxy.heal();
      const up = await refresh(world, tokens.refresh_token);

      expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
      expect(up.status).toBe(200);
    },
  );

  it('answers a fault of its own without a word about it', async () => {
    const tokens = await newSession();
    world.proxy.fail({ operation: 'UpdateItem', after: 0, times: 1, kind: 'access-denied' });

    const answer = await refresh(world, tokens.refresh_token);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('keeps no token in the tables and puts none in a log or in the answer of a problem', async () => {
    const before = world.logs.length;
    const first = await newSession();
    const second = await rotated(first);
    world.clock.advance(refreshGraceSeconds + 1);
    const refused = await refresh(world, first.refresh_token);
    const faulty = await world.call(
      'refresh-session',
      loadEvent('refresh-session/json', jsonBody({ refresh_token: [second.refresh_token] })),
    );
    const secrets = {
      first: first.refresh_token,
      second: second.refresh_token,
      secretOfFirst: Buffer.from(first.refresh_token, 'base64url').subarray(38, 70).toString('base64url'),
      secretOfSecond: Buffer.from(second.refresh_token, 'base64url').subarray(38, 70).toString('base64url'),
      access: second.access_token,
    };

    expect(leaksIn(world.logs.slice(before), { ...secrets, EMAIL })).toEqual([]);
    expect(leaksIn([refused.text, faulty.text], secrets)).toEqual([]);
    expect(leaksIn(await everythingStored(world), secrets)).toEqual([]);
  });

  describe('when the keyring is rotated', () => {
    /**
     * Adds a root to the file; after five minutes the handlers read it in the background of the next call. One that did not say
     * since when it is in use would have ended what the version before signed, as long ago as time goes.
     */
    const rotateKeyring = ({ activeFromEpochSeconds = world.clock.nowSeconds() } = {}): number => {
      const document = JSON.parse(readFileSync(world.keyringFile, 'utf8'));
      const version = document.roots.length + 1;
      document.roots.push({ version, secret: randomBytes(32).toString('base64url'), activeFromEpochSeconds });
      writeFileSync(`${world.keyringFile}.next`, JSON.stringify(document));
      renameSync(`${world.keyringFile}.next`, world.keyringFile); // whole, for a read may be under way
      world.clock.advance(5 * 60 + 1);
      return version;
    };
    const versionOf = (token: string): number => Buffer.from(token, 'base64url').readUInt8(1);
    /** @param tokens of a session from before the rotation */
    const reRead = async (version: number, tokens: SessionTokensAnswer): Promise<void> => {
      let current = await rotated(tokens);
      while (versionOf(current.refresh_token) !== version) {
        await sleep(5);
        current = await rotated(current);
      }
    };

    it('reads tokens of the version before, and makes those of the new one', async () => {
      const [tokens, other] = [await newSession(), await newSession()];
      const version = rotateKeyring();
      await reRead(version, other);

      const next = await rotated(tokens);
      const afterNext = await rotated(next);

      expect([tokens, next, afterNext].map(({ refresh_token: token }) => versionOf(token))).toEqual([
        version - 1,
        version,
        version,
      ]);
    });

    it('knows a repeat as one, though the first answer was made with the version before', async () => {
      const tokens = await newSession();
      rotateKeyring();
      const first = await rotated(tokens); // still with the old keys, because the read runs in the background
      await sleep(50);

      const repeat = await refresh(world, tokens.refresh_token);

      expect(repeat.status).toBe(200);
      expect((await refresh(world, repeat.body.refresh_token)).status).toBe(200);
      expect((await getProfile(world, first)).status).toBe(200);
    });

    it('still knows the reuse of an old token as one', async () => {
      const old = await newSession();
      const current = await rotated(old);
      const other = await newSession();
      await reRead(rotateKeyring(), other);

      const answer = await refresh(world, old.refresh_token);

      expect(answer).toMatchObject(INVALID);
      expect(await refresh(world, current.refresh_token)).toMatchObject(INVALID);
    });

    it('reads the keyring again, instead of signing out, where it has slept through a rotation', async () => {
      const version = rotateKeyring();
      let tokens = await newSession();
      while (versionOf(tokens.refresh_token) !== version) tokens = await newSession();

      const answer = await refresh(world, tokens.refresh_token); // this function still has the old keyring

      expect(answer.status).toBe(200);
    });

    it('makes nothing with a new version before every function had time to learn of it', async () => {
      const leadSeconds = 2 * 60 * 60;
      const version = rotateKeyring({ activeFromEpochSeconds: world.clock.nowSeconds() + leadSeconds });
      await rotated(await newSession()); // warms both functions, which then read it in the background
      await sleep(50);

      const before = await newSession();
      world.clock.advance(leadSeconds);
      const after = await newSession();

      expect([before, after].map(({ refresh_token: token }) => versionOf(token))).toEqual([version - 1, version]);
      expect((await refresh(world, after.refresh_token)).status).toBe(200);
    });
  });
});
