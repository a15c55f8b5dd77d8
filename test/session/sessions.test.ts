import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import type { NewSession, Session } from '../../shared/session/session-row.ts';
import { makeSessions, type Sessions } from '../../shared/session/sessions.ts';
import { signUp } from '../support/journeys.ts';
import { eventsOf } from '../support/stored.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY = 24 * 3600;

describe('sessions', () => {
  let world: World;
  let sessions: Sessions;
  let accounts: ReturnType<typeof makeAccounts>;
  let accountId: string;

  beforeAll(async () => {
    world = await startWorld();
    const dynamo = connectDynamo({ config: { tables: world.tables }, clock: world.clock, randomness: csprng });
    sessions = makeSessions({ dynamo, clock: world.clock });
    accounts = makeAccounts({ dynamo });
    accountId = (await signUp(world, 'ada@example.com')).account_id;
  });
  afterAll(() => world.close());

  const newSession = (changes: Partial<NewSession> = {}): NewSession => {
    const now = world.clock.nowSeconds();
    return {
      sessionId: csprng.uuid(),
      accountId,
      epoch: 1,
      refreshDigest: 'digest-1',
      previousRefreshDigest: null,
      rotationSalt: null,
      rotatedAtMs: world.clock.nowMs(),
      authTimeEpochSeconds: now,
      methods: ['pwd'],
      deviceId: csprng.uuid(),
      deviceName: null,
      sourceIp: '203.0.113.7',
      createdAtEpochSeconds: now,
      lastUsedAtEpochSeconds: now,
      absoluteEndEpochSeconds: now + 90 * DAY,
      expiresAtEpochSeconds: now + 30 * DAY,
      ...changes,
    };
  };
  const started = async (changes: Partial<NewSession> = {}): Promise<NewSession> => {
    const session = newSession(changes);
    await sessions.start({ session, devices: null, writes: [] });
    return session;
  };
  const rotate = (session: Session, presentedDigest = 'digest-1', nextDigest = 'digest-2') =>
    sessions.rotate({
      session,
      epoch: session.epoch,
      presentedDigest,
      nextDigest,
      salt: `salt of ${nextDigest}`,
      sourceIp: '198.51.100.1',
      idleSeconds: 30 * DAY,
    });
  const rowOf = async ({ sessionId }: Session) =>
    (await world.rows('tokens')).find((row) => row.sessionId === sessionId && String(row.sk).startsWith('SESSION#'));
  const recordEventWrite = (type: 'signed-out') =>
    makeRecordEventWrite({ clock: world.clock, randomness: csprng, retentionSeconds: 400 * DAY })({
      accountId,
      type,
      sourceIp: null,
    });
  const end = async (session: Session): Promise<void> => {
    const account = await accounts.find(accountId);
    if (!account) throw new Error('no account');
    await sessions.end({
      account,
      principal: session,
      accessTokenSeconds: 300,
      writes: [recordEventWrite('signed-out')],
    });
  };

  describe('start', () => {
    it('begins one in the epoch of the account', async () => {
      const session = newSession();

      const begun = await sessions.start({ session, devices: null, writes: [] });

      expect(begun).toBe(true);
      expect(await rowOf(session)).toMatchObject(session);
    });

    it.each([0, 2])(
      'begins none in the epoch %d, which the account is not in, and writes nothing beside it',
      async (epoch) => {
        const session = newSession({ epoch });
        const before = (await eventsOf(world, accountId)).length;

        const begun = await sessions.start({ session, devices: null, writes: [recordEventWrite('signed-out')] });

        expect(begun).toBe(false);
        expect(await rowOf(session)).toBeUndefined();
        expect(await eventsOf(world, accountId)).toHaveLength(before);
      },
    );

    it('begins none for an account that is not there', async () => {
      const begun = await sessions.start({
        session: newSession({ accountId: csprng.uuid() }),
        devices: null,
        writes: [],
      });

      expect(begun).toBe(false);
    });
  });

  describe('rotate', () => {
    it('replaces the digest and keeps the one before, the salt and the instant', async () => {
      const session = await started();
      world.clock.advance(60);

      const result = await rotate(session);

      expect(result).toEqual({
        outcome: 'rotated',
        session: {
          ...session,
          refreshDigest: 'digest-2',
          previousRefreshDigest: 'digest-1',
          rotationSalt: 'salt of digest-2',
          rotatedAtMs: world.clock.nowMs(),
          lastUsedAtEpochSeconds: world.clock.nowSeconds(),
          sourceIp: '198.51.100.1',
          expiresAtEpochSeconds: world.clock.nowSeconds() + 30 * DAY,
        },
      });
    });

    it('is won by one of fifty with one token; the others see what the winner wrote', async () => {
      const session = await started();

      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) => rotate(session, 'digest-1', `next-${index}`)),
      );

      const winner = results.find(({ outcome }) => outcome === 'rotated');
      const losers = results.filter(({ outcome }) => outcome === 'not-the-latest');
      expect(losers).toHaveLength(49);
      for (const loser of losers) expect(loser).toEqual({ ...winner, outcome: 'not-the-latest' });
    });

    it('changes nothing for a digest that is not the latest', async () => {
      const session = await started();

      const result = await rotate(session, 'another');

      expect(result).toEqual({ outcome: 'not-the-latest', session });
      expect(await rowOf(session)).toMatchObject(session);
    });

    it.each<[string, Partial<Record<'absoluteEndEpochSeconds' | 'expiresAtEpochSeconds', number>>, string]>([
      ['its idle end in a second', { expiresAtEpochSeconds: 1 }, 'rotated'],
      ['its idle end now', { expiresAtEpochSeconds: 0 }, 'ended'],
      ['its idle end behind it', { expiresAtEpochSeconds: -1 }, 'ended'],
      ['its absolute end in a second', { absoluteEndEpochSeconds: 1 }, 'rotated'],
      ['its absolute end now', { absoluteEndEpochSeconds: 0 }, 'ended'],
      ['its absolute end behind it', { absoluteEndEpochSeconds: -1 }, 'ended'],
    ])('with %s', async (_, ends, outcome) => {
      const now = world.clock.nowSeconds();
      const session = await started(
        Object.fromEntries(Object.entries(ends).map(([name, seconds]) => [name, now + seconds])),
      );

      const right = await rotate(session);
      const wrong = await rotate(session, 'another');

      expect(right.outcome).toBe(outcome);
      expect(wrong.outcome).toBe(outcome === 'ended' ? 'ended' : 'not-the-latest');
    });

    it('finds nothing of a session that is gone, and makes none', async () => {
      const session = newSession();

      expect(await rotate(session)).toEqual({ outcome: 'ended' });
      expect(await rowOf(session)).toBeUndefined();
    });

    it("finds no session under another account's id", async () => {
      const session = await started();

      expect(await rotate({ ...session, accountId: csprng.uuid() })).toEqual({ outcome: 'ended' });
    });
  });

  describe('end', () => {
    it('removes the row, revokes the access tokens and writes the event, in one', async () => {
      const session = await started();

      await end(session);

      expect(await rowOf(session)).toBeUndefined();
      expect((await accounts.find(accountId))?.revokedSessions).toHaveProperty(
        [session.sessionId],
        world.clock.nowSeconds() + 300,
      );
      expect(await accounts.findForSession({ ...session })).toBeNull();
      expect(await rotate(session)).toEqual({ outcome: 'ended' });
    });

    it('does nothing the second time', async () => {
      const session = await started();
      await end(session);
      const before = await eventsOf(world, accountId);
      world.clock.advance(10);

      await end(session);

      expect(await eventsOf(world, accountId)).toEqual(before);
      expect((await accounts.find(accountId))?.revokedSessions[session.sessionId]).toBe(world.clock.nowSeconds() + 290);
    });

    it('does nothing in an epoch that the account has left: the session is over already', async () => {
      const session = await started();

      await end({ ...session, epoch: 7 });

      expect(await rowOf(session)).toBeDefined();
      expect((await accounts.find(accountId))?.revokedSessions).not.toHaveProperty([session.sessionId]);
    });
  });
});
