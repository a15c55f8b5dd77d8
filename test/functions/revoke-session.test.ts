import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { shapesDuring } from '../support/dynamo-shape.ts';
import { getProfile, refresh, signIn, signInByMail, signInElsewhere, signUpSomebody } from '../support/journeys.ts';
import { bearer, type EventChanges, loadEvent } from '../support/load-event.ts';
import { callAs } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-token' } };
const UNAUTHENTICATED = { status: 401, body: { code: 'unauthenticated' } };
const NOT_FOUND = { status: 404, body: { code: 'not-found' } };

describe('revoke-session', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterEach(() => world.proxy.heal());
  afterAll(() => world.close());

  /** An account with two sessions on two devices. */
  const twoSessions = async () => {
    const own = await signUpSomebody(world);
    const other = (await signInElsewhere(world, own.email)).body as SignInTokensAnswer;
    return { email: own.email, own, other };
  };

  const revoke = (token: string, sessionId: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call(
      'revoke-session',
      loadEvent('revoke-session/delete', { ...bearer(token), 'pathParameters.session_id': sessionId, ...changes }),
    );
  const revokeOthers = (token: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call('revoke-session', loadEvent('revoke-session/delete-others', { ...bearer(token), ...changes }));
  const idsOf = async (token: string): Promise<string[]> =>
    (await callAs(world, 'list-sessions', 'list-sessions/get', token)).body.sessions.map(
      ({ session_id: id }: { session_id: string }) => id,
    );
  const lastEvent = async (accountId: string) => (await eventsOf(world, accountId)).at(-1);
  const devicesOf = async (accountId: string): Promise<object> =>
    (await world.rows('tokens')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'DEVICES')
      ?.devices as object;

  describe('one session', () => {
    /** @asvs 7.5.2 */
    it('ends it at once: its access token on every route, and its refresh token', async () => {
      const { own, other } = await twoSessions();

      const answer = await revoke(own.access_token, other.session_id);

      expect(answer).toMatchObject({ status: 200, body: { status: 'revoked' } });
      expect(answer.body).not.toHaveProperty('session');
      expect(await routesOpenTo(world, other)).toEqual([]);
      expect(await refresh(world, other.refresh_token)).toMatchObject(INVALID);
      expect(await idsOf(own.access_token)).toEqual([own.session_id]);
    });

    it('leaves every other session as it is', async () => {
      const { email, own, other } = await twoSessions();
      const { body: third } = await signIn(world, email);

      await revoke(own.access_token, other.session_id);

      expect((await getProfile(world, third)).status).toBe(200);
      expect((await refresh(world, third.refresh_token)).status).toBe(200);
      expect((await refresh(world, own.refresh_token)).status).toBe(200);
    });

    it('is in the history with the session that ended, and by whom', async () => {
      const { own, other } = await twoSessions();

      await revoke(own.access_token, other.session_id);

      expect(await lastEvent(own.account_id)).toMatchObject({
        type: 'session-revoked',
        sessionId: other.session_id,
        sourceIp: '203.0.113.7',
        device: { program: 'app', system: null, kind: 'other' },
      });
    });

    it('ends the device that it began on, so that its token opens nothing any more', async () => {
      const { own, other } = await twoSessions();
      const before = Object.keys(await devicesOf(own.account_id));

      await revoke(own.access_token, other.session_id);

      expect(before).toHaveLength(2);
      expect(Object.keys(await devicesOf(own.account_id))).toHaveLength(1);
    });

    it("keeps the device where it is the caller's own too", async () => {
      const own = await signUpSomebody(world);
      const { body: again } = await signIn(world, own.email, undefined, { deviceToken: own.device_token });

      expect((await revoke(again.access_token, own.session_id)).status).toBe(200);

      expect(Object.keys(await devicesOf(own.account_id))).toHaveLength(1);
    });

    it("signs the caller out who names the caller's own, and keeps the device", async () => {
      const { own } = await twoSessions();

      expect((await revoke(own.access_token, own.session_id)).status).toBe(200);

      expect(await getProfile(world, own)).toMatchObject(UNAUTHENTICATED);
      expect(await lastEvent(own.account_id)).toMatchObject({ type: 'signed-out', sessionId: own.session_id });
      expect(Object.keys(await devicesOf(own.account_id))).toHaveLength(2);
    });

    it('takes an id in capitals, as Swift writes one', async () => {
      const { own, other } = await twoSessions();

      expect((await revoke(own.access_token, other.session_id.toUpperCase())).status).toBe(200);
      expect(await getProfile(world, other)).toMatchObject(UNAUTHENTICATED);
    });

    it.each([0, 1])('wants a proof that is at most five minutes old: %d s older', async (seconds) => {
      const { own, other } = await twoSessions();
      world.clock.advance(FRESH_SECONDS + seconds);
      const { body } = await refresh(world, own.refresh_token);

      const { status } = await revoke(body.access_token, other.session_id);

      expect(status).toBe(seconds === 0 ? 200 : 401);
      expect((await refresh(world, other.refresh_token)).status).toBe(seconds === 0 ? 400 : 200);
    });

    it.each(['two at once', 'one after the other'])('ends it once: %s', async (how) => {
      const { own, other } = await twoSessions();
      const act = () => revoke(own.access_token, other.session_id);

      const answers = how === 'two at once' ? await Promise.all([act(), act()]) : [await act(), await act()];

      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
      const kinds = (await eventsOf(world, own.account_id)).map(({ type }) => type);
      expect(kinds.filter((kind) => kind === 'session-revoked')).toHaveLength(1);
    });

    it('lets two sessions that end each other at once not both be ended by one that has ended', async () => {
      const { own, other } = await twoSessions();

      const answers = await Promise.all([
        revoke(own.access_token, other.session_id),
        revoke(other.access_token, own.session_id),
      ]);

      const living = [(await getProfile(world, own)).status, (await getProfile(world, other)).status];
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(living.toSorted((a, b) => a - b)).toEqual([200, 401]);
    });
  });

  /** @see OWASP API1:2023, broken object level authorization */
  describe('an id that is not one of the own sessions', () => {
    const STRANGE = ['current!', '..', 'x'.repeat(2000), '%00', 'SESSION#', '93926bd2a36840fd9a8920d6af5c42dc'];

    it("is not found where it is another account's, unknown, ended before or malformed: the same answer, and the same work", async () => {
      const { own, other } = await twoSessions();
      const { other: foreign } = await twoSessions();
      await revoke(own.access_token, other.session_id);
      const ids = [foreign.session_id, other.session_id, '00000000-0000-4000-8000-000000000000', ...STRANGE];
      const before = await storedRows(world);
      const seen = new Map<string, string>();

      for (const id of ids) {
        let answer: Answer | undefined;
        const shapes = await shapesDuring(world.proxy, async () => {
          answer = await revoke(own.access_token, id);
        });
        seen.set(id, JSON.stringify([answer, shapes]));
      }

      expect(new Set(seen.values()).size).toBe(1);
      expect(JSON.parse([...seen.values()][0] ?? '')[0]).toMatchObject(NOT_FOUND);
      expect(await storedRows(world)).toEqual(before);
      expect((await refresh(world, foreign.refresh_token)).status).toBe(200);
    });

    it('is not found in an epoch that the account has left', async () => {
      const { own, other } = await twoSessions();
      const { body } = await revokeOthers(own.access_token);

      expect(await revoke(body.session.access_token, other.session_id)).toMatchObject(NOT_FOUND);
    });
  });

  describe('a session that is refreshed meanwhile', () => {
    const isRotation = ({ operation }: DynamoCall) => operation === 'UpdateItem';
    const isRevocation = ({ operation, body }: DynamoCall) =>
      operation === 'TransactWriteItems' && JSON.stringify(body).includes('revokedSessions');

    it('is ended where the revocation comes before the rotation', async () => {
      const { own, other } = await twoSessions();
      world.proxy.interrupt({ fits: isRotation, meanwhile: () => revoke(own.access_token, other.session_id) });

      expect(await refresh(world, other.refresh_token)).toMatchObject(INVALID);
      expect(await routesOpenTo(world, other)).toEqual([]);
    });

    it('is ended where it comes after: the new tokens are dead as well', async () => {
      const { own, other } = await twoSessions();
      let refreshed: Answer | undefined;
      world.proxy.interrupt({
        fits: isRevocation,
        meanwhile: async () => {
          refreshed = await refresh(world, other.refresh_token);
        },
      });

      expect((await revoke(own.access_token, other.session_id)).status).toBe(200);

      expect(refreshed?.status).toBe(200);
      expect(await routesOpenTo(world, refreshed?.body)).toEqual([]);
      expect(await refresh(world, refreshed?.body.refresh_token)).toMatchObject(INVALID);
    });

    it('stays ended while the last token that such a refresh can have signed is alive, whatever ends then', async () => {
      const { email, own, other } = await twoSessions();
      await revoke(own.access_token, other.session_id);
      const stored = async () =>
        (await world.rows('accounts')).find(({ pk, sk }) => pk === `ACCOUNT#${own.account_id}` && sk === 'ACCOUNT')
          ?.revokedSessions as Record<string, number>;
      const endAnother = async () => {
        const { body } = await signInByMail(world, email);
        await callAs(world, 'sign-out', 'sign-out/delete', body.access_token);
      };

      world.clock.advance(300 + 30);
      await endAnother();
      expect(Object.keys(await stored())).toContain(other.session_id);
      world.clock.advance(1);
      await endAnother();
      expect(Object.keys(await stored())).not.toContain(other.session_id);
    });
  });

  describe('all others', () => {
    it('end at once, and the caller goes on with new tokens of the same session', async () => {
      const { email, own, other } = await twoSessions();
      const { body: third } = await signIn(world, email);

      const { status, body } = await revokeOthers(own.access_token);

      expect(status).toBe(200);
      expect(body).toMatchObject({ status: 'revoked', session: { session_id: own.session_id } });
      for (const ended of [other, third]) {
        expect(await routesOpenTo(world, ended)).toEqual([]);
        expect(await refresh(world, ended.refresh_token)).toMatchObject(INVALID);
      }
      expect(await getProfile(world, own)).toMatchObject(UNAUTHENTICATED);
      expect((await getProfile(world, body.session)).status).toBe(200);
      expect((await refresh(world, body.session.refresh_token)).status).toBe(200);
      expect(await idsOf(body.session.access_token)).toEqual([own.session_id]);
    });

    it('are in the history, and no longer than before does the session live', async () => {
      const { own } = await twoSessions();
      const endOf = async () =>
        (await world.rows('tokens')).find(({ sk }) => sk === `SESSION#${own.session_id}`)?.absoluteEndEpochSeconds;
      const before = await endOf();
      world.clock.advance(60);

      await revokeOthers(own.access_token);

      expect(await lastEvent(own.account_id)).toMatchObject({
        type: 'other-sessions-revoked',
        sessionId: own.session_id,
      });
      expect(await endOf()).toBe(before);
    });

    it('leave the caller as fresh as before, and no fresher', async () => {
      const { own, other } = await twoSessions();
      world.clock.advance(FRESH_SECONDS - 1);
      const { body } = await revokeOthers((await refresh(world, own.refresh_token)).body.access_token);
      world.clock.advance(2);

      expect(await revoke(body.session.access_token, other.session_id)).toMatchObject({
        status: 401,
        body: { code: 'fresh-session-required' },
      });
    });

    it('are ended by one of two sessions that do it at once', async () => {
      const { own, other } = await twoSessions();

      const answers = await Promise.all([revokeOthers(own.access_token), revokeOthers(other.access_token)]);

      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
      const winner = answers.find(({ status }) => status === 200)?.body.session;
      expect((await getProfile(world, winner)).status).toBe(200);
    });

    it('end where there is none, too: the answer is the same', async () => {
      const own = await signUpSomebody(world);

      expect((await revokeOthers(own.access_token)).status).toBe(200);
    });

    it('gives the same session again for a lost answer with an Idempotency-Key', async () => {
      const { own, other } = await twoSessions();
      const key = { 'headers.idempotency-key': 'the-same-key' };
      const first = await revokeOthers(own.access_token, key);

      const second = await revokeOthers(own.access_token, key);

      expect(second.status).toBe(200);
      expect(second.body.session.refresh_token).toBe(first.body.session.refresh_token);
      expect((await getProfile(world, second.body.session)).status).toBe(200);
      expect(await refresh(world, other.refresh_token)).toMatchObject(INVALID);
    });
  });

  it('refuses a session that has ended, for one and for all others', async () => {
    const { own, other } = await twoSessions();
    await revoke(other.access_token, own.session_id);

    expect(await revoke(own.access_token, other.session_id)).toMatchObject(UNAUTHENTICATED);
    expect(await revokeOthers(own.access_token)).toMatchObject(UNAUTHENTICATED);
    expect((await getProfile(world, other)).status).toBe(200);
  });
});
