import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LEASE_SECONDS } from '../../shared/outbox/outbox.ts';
import { ALL_REQUESTS, GOOD_REQUESTS, OLD_ROW_REQUESTS } from '../catalogue/catalogue.ts';
import type { GoodRequest } from '../catalogue/good-request.ts';
import type { ServiceWithRows } from '../catalogue/service.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import type { DynamoFault } from '../support/dynamo-proxy.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import {
  checkResetToken,
  getProfile,
  recoveryToken,
  recoveryTokens,
  refresh,
  resetPassword,
  signIn,
  signUp,
  signUpSomebody,
} from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { deliverInTurn, waitingIntents } from '../support/outbox-stream.ts';
import { prepareIn } from '../support/service-in-world.ts';
import { storedRows } from '../support/stored.ts';
import { skipPauses } from '../support/waits.ts';
import { startWorld, type World } from '../support/world.ts';

const FOREVER = 1_000_000;

type Kind = DynamoFault['kind'];

/** Operations that conflict with another transaction: all writes, and transactional reads. */
const CONFLICTS = /^(?:Transact\w+|(?:Put|Update|Delete)Item)$/;

/**
 * A sign-in that hashes a weak password anew succeeds without the new hash, and a recovery of the release before is like
 * one of this.
 */
const REQUESTS = [
  ...GOOD_REQUESTS,
  ...OLD_ROW_REQUESTS.filter(({ flow }) => flow === 'update-profile'),
  ...ALL_REQUESTS.filter(({ name }) => name === 'renew-recovery-codes (with a proof of its own)'),
];

/** Transient faults. */
const OUTAGES: readonly Kind[] = ['server-error', 'throttle', 'reset', 'conflict'];

let world: World;

/** Each group has a world of its own: what reads whole tables takes longer with every request that was prepared before. */
const inOwnWorld = (): void => {
  beforeAll(async () => {
    // Keeps the breaker out of the way of so many unverified SMS.
    const breaker = { minimumSent: 1_000_000 };
    world = await startWorld({ settings: { sms: { dailyBudgetUsd: 100_000, breaker } } });
  });
  afterEach(() => world.proxy.heal());
  afterAll(() => world.close());
};

describe('DynamoDB faults', () => {
  beforeAll(() => {
    skipPauses();
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });

  const known = new Map<string, string[]>();

  /** The DynamoDB operations of a successful request. */
  const operationsOf = async (request: GoodRequest<ServiceWithRows>): Promise<string[]> => {
    const { name, succeeds } = request;
    if (!known.has(name)) {
      const run = await prepareIn(world, request);
      const operations = await operationsDuring(world.proxy, async () => {
        expect((await run()).status).toBe(succeeds);
      });
      known.set(name, operations);
    }
    return known.get(name) ?? [];
  };

  /** Every call of a request combined with every fault. */
  const faultsOf = (operations: readonly string[], kinds: readonly Kind[]) =>
    operations.flatMap((operation, after) =>
      kinds
        .filter((kind) => kind !== 'conflict' || CONFLICTS.test(operation))
        .map((kind) => ({ operation, after, kind })),
    );

  describe.each(REQUESTS)('at each call of $name', (request) => {
    inOwnWorld();

    it('are absorbed where they pass at once', async () => {
      const operations = await operationsOf(request);
      const ended: string[] = [];

      for (const { operation, after, kind } of faultsOf(operations, OUTAGES)) {
        const run = await prepareIn(world, request);
        // Not every call can conflict, and parallel calls have no order.
        const conflicts = kind === 'conflict';
        world.proxy.fail({ operation: conflicts ? operation : null, after: conflicts ? 0 : after, times: 1, kind });
        const { status } = await run();
        world.proxy.heal();
        if (status !== request.succeeds) ended.push(`${kind} at ${after} ${operation}: ${status}`);
      }

      expect(ended).toEqual([]);
    });

    /** @asvs 2.3.3, 16.5.2 */
    it('are told as unavailable where they last; nothing is half done, and it works when they are over', async () => {
      const operations = await operationsOf(request);
      let run = await prepareIn(world, request);
      const before = await storedRows(world);
      const ended: string[] = [];

      for (const { operation, after, kind } of faultsOf(operations, OUTAGES)) {
        world.proxy.fail({
          operation: kind === 'conflict' ? operation : null,
          after: kind === 'conflict' ? 0 : after,
          times: FOREVER,
          kind,
        });
        const { status, body, headers } = await run();
        world.proxy.heal();

        const told = status === 503 && body.code === 'unavailable' && headers['retry-after'] === '2';
        if (!told) ended.push(`${kind} at ${after} ${operation}: ${status} ${body.code}`);
        if (JSON.stringify(body).includes('token"')) ended.push(`${kind} at ${after} ${operation}: gave a session`);
        if (request.leavesRows) {
          expect((await run()).status).toBe(request.succeeds); // the phone retries
          run = await prepareIn(world, request);
        }
      }

      expect(ended).toEqual([]);
      if (!request.leavesRows) expect(await storedRows(world)).toEqual(before);
      expect((await run()).status).toBe(request.succeeds);
    });

    it('that are no outage are told as internal, and change nothing', async () => {
      const operations = await operationsOf(request);
      let run = await prepareIn(world, request);
      const before = await storedRows(world);

      for (const after of operations.keys()) {
        world.proxy.fail({ operation: null, after, times: FOREVER, kind: 'access-denied' });
        const { status, body } = await run();
        world.proxy.heal();

        expect([after, status, body.code]).toEqual([after, 500, 'internal']);
        if (request.leavesRows) run = await prepareIn(world, request);
      }

      if (!request.leavesRows) expect(await storedRows(world)).toEqual(before);
      expect((await run()).status).toBe(request.succeeds);
    });
  });

  describe('an answer that is lost on the way back', () => {
    inOwnWorld();

    const transactions = [
      'sign-up',
      'complete-sign-up',
      'sign-in',
      'sign-out',
      'request-recovery',
      'request-sign-in-link',
      'reset-password',
      'revoke-recovery',
      'revoke-token',
    ];

    it.each(REQUESTS.filter(({ name }) => transactions.includes(name)))(
      'does not make $name happen twice: the same transaction is tried again',
      async (request) => {
        const run = await prepareIn(world, request);
        world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'lost-answer' });

        expect((await run()).status).toBe(request.succeeds);
      },
    );

    it('of a refresh costs the phone nothing: it gets the same session on', async () => {
      const { email } = await signUpSomebody(world);
      const { refresh_token: token } = (await signIn(world, email)).body;
      world.proxy.fail({ operation: 'UpdateItem', after: 0, times: FOREVER, kind: 'lost-answer' });

      const lost = await refresh(world, token);
      world.proxy.heal();
      const again = await refresh(world, token);

      expect([lost.status, again.status]).toEqual([503, 200]);
      expect((await getProfile(world, again.body)).status).toBe(200);
      expect((await refresh(world, again.body.refresh_token)).status).toBe(200);
    });

    it('of a reset leaves it done as a whole: the new password, no session, the token used', async () => {
      const email = 'lost-answer@example.com';
      const session = await signUp(world, email);
      const token = await recoveryToken(world, email);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: FOREVER, kind: 'lost-answer' });

      const answer = await resetPassword(world, token, 'a much better horse');
      world.proxy.heal();

      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect((await getProfile(world, session)).status).toBe(401);
      expect((await resetPassword(world, token, 'another good password')).body.code).toBe('invalid-token');
      expect((await signIn(world, email, 'a much better horse')).status).toBe(200);
      expect((await signIn(world, email)).status).toBe(401);
      await world.deliver();
      const subjects = (await world.mailsTo(email)).map(({ subject }) => subject);
      expect(subjects.filter((subject) => subject.includes('was changed'))).toHaveLength(1);
    });
  });

  describe('that last', () => {
    inOwnWorld();

    /** @asvs 16.5.3 */
    it('give whoever guesses a password no free attempt', async () => {
      const spent = async (): Promise<number> =>
        (await world.rows('tokens'))
          .filter(({ pk }) => String(pk).startsWith('LIMIT#sign-in/identifier#'))
          .reduce((sum, { used }) => sum + Number(used), 0);
      const { email } = await signUpSomebody(world);
      const before = await spent();

      for (const after of [1, 2, 3]) {
        world.proxy.fail({ operation: null, after, times: FOREVER, kind: 'server-error' });
        const { status } = await signIn(world, email, `guess number ${after}`);
        world.proxy.heal();
        expect(status).toBe(503);
      }

      expect(await spent()).toBe(before + 3);
    });

    /** @asvs 16.5.3 */
    it('in which DynamoDB never answers end in time, and fail closed', async () => {
      const session = await signUp(world, 'silent@example.com');
      world.proxy.fail({ operation: null, after: 0, times: FOREVER, kind: 'silence' });
      const startedAt = performance.now();

      const answer = await getProfile(world, session);

      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });
  });

  describe('at each call of deliver-messages', () => {
    inOwnWorld();

    const EMAIL = 'mailed@example.com';
    let operations: string[];

    const ask = async (): Promise<string[]> => {
      world.clock.advance(DEFAULTS.tokens.recoverySeconds); // no token lives, and so there is no spacing
      await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email: EMAIL })));
      return waitingIntents(world);
    };

    const isGood = async (token: string): Promise<boolean> => (await checkResetToken(world, token)).status === 200;

    beforeAll(async () => {
      await signUp(world, EMAIL);
      await world.deliver();
      const intents = await ask();
      operations = await operationsDuring(world.proxy, () => deliverInTurn(world, intents));
    });

    it('are absorbed where they pass at once: one mail each', async () => {
      for (const { after, kind } of faultsOf(operations, OUTAGES)) {
        const intents = await ask();
        const before = (await recoveryTokens(world, EMAIL)).length;
        world.proxy.fail({ operation: null, after, times: 1, kind });
        const failed = await deliverInTurn(world, intents);
        world.proxy.heal();

        expect([kind, after, failed, (await recoveryTokens(world, EMAIL)).length]).toEqual([
          kind,
          after,
          0,
          before + 1,
        ]);
      }
    });

    it('leave the intent for later, and then one token is good', async () => {
      for (const { operation, after, kind } of faultsOf(operations, [...OUTAGES, 'lost-answer'])) {
        const intents = await ask();
        const before = (await recoveryTokens(world, EMAIL)).length;
        world.proxy.fail({
          operation: kind === 'conflict' ? operation : null,
          after: kind === 'conflict' ? 0 : after,
          times: FOREVER,
          kind,
        });
        const failed = await deliverInTurn(world, intents);
        world.proxy.heal();
        world.clock.advance(LEASE_SECONDS);
        const failedLater = await deliverInTurn(world, intents);

        const mailed = await recoveryTokens(world, EMAIL);
        const [newest = '', ...again] = mailed.slice(0, mailed.length - before);
        // Where SES has the mail and that could not be noted, it is sent once more, with the same token.
        const isNotNoted = after === operations.length - 2 && kind !== 'lost-answer' && kind !== 'conflict';
        expect([kind, after, failed, failedLater]).toEqual([kind, after, 1, 0]);
        expect([kind, after, again]).toEqual([kind, after, isNotNoted ? [newest] : []]);
        expect(await isGood(newest)).toBe(true);
        expect(await world.rows('outbox')).toEqual([]);
      }
    });
  });
});
