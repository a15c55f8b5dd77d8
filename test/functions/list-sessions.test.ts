import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { fromSource } from '../support/fixtures.ts';
import { changePassword, GOOD_PASSWORD, refresh, signIn, signUpSomebody } from '../support/journeys.ts';
import { type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { putRows } from '../support/table-writer.ts';
import { giveCode, quietAccountWithApp } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const DAY = 24 * 3600;

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1';

const from = (userAgent: string): EventChanges => ({ 'headers.user-agent': userAgent });

describe('list-sessions', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const list = (token: string): Promise<Answer> => callAs(world, 'list-sessions', 'list-sessions/get', token);
  const listed = async ({ access_token: token }: Pick<SessionTokensAnswer, 'access_token'>) =>
    (await list(token)).body.sessions as { session_id: string; [member: string]: unknown }[];
  const idsOf = async (session: Pick<SessionTokensAnswer, 'access_token'>): Promise<string[]> =>
    (await listed(session)).map(({ session_id: id }) => id);

  const sessionRows = async (accountId: string): Promise<Record<string, unknown>[]> =>
    (await world.rows('tokens')).filter(
      ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('SESSION#'),
    );
  const devicesOf = async (accountId: string) =>
    (await world.rows('tokens')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'DEVICES');

  /** Copies a session's row until there are so many, each used a minute before the one before. */
  const fillUp = async (accountId: string, count: number, changes: object = {}): Promise<void> => {
    const [row] = await sessionRows(accountId);
    const copies = Array.from({ length: count }, (_, index) => {
      const sessionId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const lastUsedAtEpochSeconds = world.clock.nowSeconds() - 60 * (index + 1);
      return { ...row, sk: `SESSION#${sessionId}`, sessionId, lastUsedAtEpochSeconds, ...changes };
    });
    await putRows(world, 'tokens', copies);
  };
  const countedAs = async (accountId: string, sessions: number | undefined): Promise<void> => {
    const { sessions: _, ...row } = (await devicesOf(accountId)) ?? {};
    await putRows(world, 'tokens', [{ ...row, ...(sessions !== undefined && { sessions }) }]);
  };

  /** @asvs 7.5.2 */
  it('tells where the account is signed in: the own session first, with device, network and times', async () => {
    const first = await signUpSomebody(world);
    const signedInAt = toRfc3339(world.clock.nowSeconds());
    world.clock.advance(60);
    const body = {
      email: first.email,
      password: GOOD_PASSWORD,
      device_name: "Ada's phone",
      device_token: first.device_token,
    };
    const { body: second } = await world.call(
      'sign-in',
      loadEvent('sign-in/json', { ...jsonBody(body), ...from(IPHONE), ...fromSource('2001:db8:7:8:9::1') }),
    );

    const answer = await list(second.access_token);

    const at = toRfc3339(world.clock.nowSeconds());
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      sessions: [
        {
          session_id: second.session_id,
          current: true,
          device: { kind: 'phone', name: "Ada's phone", program: 'Safari', system: 'iOS' },
          network: '2001:db8:7::/48',
          created_at: at,
          last_used_at: at,
        },
        {
          session_id: first.session_id,
          current: false,
          device: { kind: 'other', program: 'app' },
          network: '203.0.113.0/24',
          created_at: signedInAt,
          last_used_at: signedInAt,
        },
      ],
    });
  });

  it('never tells the whole address, nor anything of the text that a device sends', async () => {
    const { email, ...session } = await signUpSomebody(world);
    await signIn(world, email, GOOD_PASSWORD, {
      changes: { ...from('<b>Bold</b> Firefox/1 (evil.example)'), ...fromSource('198.51.100.77') },
    });

    const { text } = await list(session.access_token);

    expect(text).toContain('198.51.100.0/24');
    expect(text).not.toContain('198.51.100.77');
    expect(text).not.toContain('Bold');
    expect(text).not.toContain('evil');
  });

  it('tells of the last refresh, and of the device and the network that it came from', async () => {
    const { email, ...session } = await signUpSomebody(world);
    const { body: other } = await signIn(world, email);
    world.clock.advance(600);

    await world.call(
      'refresh-session',
      loadEvent('refresh-session/json', {
        ...jsonBody({ refresh_token: other.refresh_token }),
        ...from(FIREFOX),
        ...fromSource('198.51.100.1'),
      }),
    );
    const { body: own } = await refresh(world, session.refresh_token);

    const [, entry] = await listed(own);
    expect(entry).toMatchObject({
      session_id: other.session_id,
      device: { kind: 'desktop', program: 'Firefox', system: 'Linux' },
      network: '198.51.100.0/24',
      last_used_at: toRfc3339(world.clock.nowSeconds()),
    });
  });

  it('notes the device of a sign-in with a second factor as well', async () => {
    const { email, secret } = await quietAccountWithApp(world);
    const challenge = await challengeOf(world, email);

    const { body: begun } = await giveCode(world, totpCode(world, secret), { token: challenge });

    const [entry] = await listed(begun);
    expect(entry).toMatchObject({ current: true, device: { kind: 'other', program: 'app' } });
  });

  it('tells of a session of release 0.1.0 what its row has, and of its device after its next refresh', async () => {
    const { email, account_id: accountId, ...session } = await signUpSomebody(world);
    const { body: older } = await signIn(world, email);
    const { device: _, ...row } =
      (await sessionRows(accountId)).find(({ sessionId }) => sessionId === older.session_id) ?? {};
    await putRows(world, 'tokens', [row]);

    const before = (await listed(session)).find(({ session_id: id }) => id === older.session_id);
    await refresh(world, older.refresh_token);
    const after = (await listed(session)).find(({ session_id: id }) => id === older.session_id);

    expect(before).toMatchObject({ network: '203.0.113.0/24' });
    expect(before).not.toHaveProperty('device');
    expect(after).toMatchObject({ device: { kind: 'other', program: 'app' } });
  });

  it.each([
    [-1, 2],
    [0, 1],
  ])('leaves a session out from the second on in which it ends: %d seconds after it', async (seconds, count) => {
    const { email, account_id: accountId, ...session } = await signUpSomebody(world);
    const { body: other } = await signIn(world, email);
    const row = (await sessionRows(accountId)).find(({ sessionId }) => sessionId === other.session_id);
    const endsAt = world.clock.nowSeconds() - seconds;
    await putRows(world, 'tokens', [{ ...row, expiresAtEpochSeconds: endsAt }]);

    expect(await listed(session)).toHaveLength(count);
  });

  it('leaves out what a change of the password has ended, though its row is there still', async () => {
    const owner = await signUpSomebody(world);
    await signIn(world, owner.email);

    const { body } = await changePassword(world, owner);

    expect(await sessionRows(owner.account_id)).toHaveLength(2);
    expect(await idsOf(body.session)).toEqual([owner.session_id]);
  });

  it("tells nothing of another account's sessions", async () => {
    const [one, other] = [await signUpSomebody(world), await signUpSomebody(world)];

    expect(await idsOf(one)).toEqual([one.session_id]);
    expect(await idsOf(other)).toEqual([other.session_id]);
  });

  it('refuses a session that has ended', async () => {
    const { access_token: token } = await signUpSomebody(world);
    await callAs(world, 'sign-out', 'sign-out/delete', token);

    expect(await list(token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('takes two calls beside each other, however many sessions there are', async () => {
    const { account_id: accountId, ...session } = await signUpSomebody(world);
    await fillUp(accountId, 99);

    const operations = await operationsDuring(world.proxy, () => list(session.access_token));

    expect(operations.toSorted()).toEqual(['GetItem', 'Query']);
    expect(await listed(session)).toHaveLength(100);
  });

  describe('of an account with many sessions', () => {
    /** @asvs 7.1.2 */
    it('keeps 100: the least recently used goes when another begins', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await fillUp(accountId, 99);
      await countedAs(accountId, 100);

      const { body } = await signIn(world, email);

      const ids = await idsOf(body);
      expect(ids).toHaveLength(100);
      expect(ids).not.toContain('00000000-0000-4000-8000-000000000098');
      expect(ids).toContain('00000000-0000-4000-8000-000000000097');
      expect(await sessionRows(accountId)).toHaveLength(100);
      expect((await devicesOf(accountId))?.sessions).toBe(100);
    });

    it('lets those go first that have ended', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await fillUp(accountId, 99, { epoch: 0 });
      await countedAs(accountId, 100);
      const { body: first } = await signIn(world, email); // 80 of them go
      const { body: second } = await signIn(world, email);

      expect(await idsOf(second)).toContain(first.session_id);
      expect(await sessionRows(accountId)).toHaveLength(22);
      expect((await devicesOf(accountId))?.sessions).toBe(22);
    });

    it('counts what release 0.1.0 left uncounted, at the first sign-in, and ends nothing below the maximum', async () => {
      const { email, account_id: accountId, session_id: first } = await signUpSomebody(world);
      await fillUp(accountId, 50);
      await countedAs(accountId, undefined);

      const operations = await operationsDuring(world.proxy, async () => void (await signIn(world, email)));
      const { body } = await signIn(world, email);

      expect(operations.filter((operation) => operation === 'Query')).toHaveLength(1);
      expect((await devicesOf(accountId))?.sessions).toBe(53);
      expect(await idsOf(body)).toHaveLength(53);
      expect(await idsOf(body)).toContain(first);
    });

    it('asks for no list of sessions at a sign-in while there is room', async () => {
      const { email } = await signUpSomebody(world);

      const operations = await operationsDuring(world.proxy, async () => void (await signIn(world, email)));

      expect(operations).toEqual(['TransactWriteItems', 'GetItem', 'TransactGetItems', 'TransactWriteItems']);
    });

    it('keeps 100 where ten sign-ins come at once, and all get in', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await fillUp(accountId, 94);
      await countedAs(accountId, 95);

      const answers = await Promise.all(Array.from({ length: 10 }, () => signIn(world, email)));

      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
      const rows = await sessionRows(accountId);
      expect(rows).toHaveLength(100);
      for (const { body } of answers) {
        expect(rows.map(({ sessionId }) => sessionId)).toContain(body.session_id);
      }
    });

    it('ends the refresh token of the one that went', async () => {
      const { email, account_id: accountId, refresh_token: token } = await signUpSomebody(world);
      world.clock.advance(DAY);
      await signIn(world, email);
      await fillUp(accountId, 98);
      await countedAs(accountId, 100);

      await signIn(world, email);

      expect(await refresh(world, token)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    });
  });
});
