import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { rowStamp } from '../../shared/aws/row.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import {
  FAILURE_MEMORY_SECONDS,
  FALLBACK_FAILURES,
  FREE_FAILURES,
  lockSeconds,
  type Reservation,
} from '../../shared/two-factor/attempt-policy.ts';
import { type Attempt, type Attempts, makeAttempts } from '../../shared/two-factor/attempts.ts';
import { eventsOf } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { startWorld, type World } from '../support/world.ts';

const HOUR_SECONDS = 3600;
const ACROSS_A_SEAM_SECONDS = 121;

/** @see NIST SP 800-63B-4 §3.2.2; OWASP ASVS 5.0 6.3.1 */
describe('tries of a factor', () => {
  let world: World;
  let attempts: Attempts;

  beforeAll(async () => {
    world = await startWorld();
    const { clock, tables } = world;
    const dynamo = connectDynamo({ config: { tables }, clock, randomness: csprng });
    const retentionSeconds = 90 * 24 * HOUR_SECONDS;
    const parts = { dynamo, clock, randomness: csprng, retentionSeconds, log: () => undefined };
    const recordEventWrite = makeRecordEventWrite(parts);
    attempts = makeAttempts({ ...parts, recordEventWrite, recordIntentWrite: makeRecordIntentWrite(parts) });
  });
  afterAll(() => world.close());

  /** An account without attempts. */
  const newGuesser = async (): Promise<{
    accountId: string;
    guess: (changes?: Partial<Attempt>) => Promise<Reservation>;
  }> => {
    const by = { accountId: csprng.uuid(), epoch: 1 };
    const { accountId } = by;
    await putRows(world, 'accounts', [{ pk: `ACCOUNT#${accountId}`, sk: 'ACCOUNT', ...rowStamp, ...by }]);
    const attempt: Attempt = { by, factor: 'totp', verificationId: null, sourceIp: '203.0.113.7' };
    return { accountId, guess: (changes) => attempts.reserve({ ...attempt, ...changes }) };
  };

  /** Guesses without a pause. @returns how many were compared */
  const guessTimes = async (guess: () => Promise<Reservation>, times: number): Promise<number> => {
    let compared = 0;
    for (let tried = 0; tried < times; tried += 1) compared += Number((await guess()) === 'allowed');
    return compared;
  };

  /** Fails repeatedly, waiting for the end of each lock to the second. */
  const failTimes = async (guess: () => Promise<Reservation>, times: number): Promise<void> => {
    for (let used = 1; used <= times; used += 1) {
      await guess();
      if (used < times) world.clock.advance(lockSeconds(used));
    }
  };

  const counterOf = async (accountId: string) =>
    (await world.rows('tokens')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ATTEMPTS#totp');

  it('are twenty on both sides of any moment: two minutes later one more is compared, not twenty', async () => {
    for (let hour = 0; hour < 24; hour += 1) {
      const { guess } = await newGuesser();
      world.clock.advance(HOUR_SECONDS);

      const before = await guessTimes(guess, 2 * FREE_FAILURES);
      world.clock.advance(ACROSS_A_SEAM_SECONDS);
      const after = await guessTimes(guess, 2 * FREE_FAILURES);

      expect([before, after]).toEqual([FREE_FAILURES, 1]);
    }
  });

  it('are not twenty again because a day is over since the first of them', async () => {
    const { guess } = await newGuesser();
    await guess();
    world.clock.advance(FAILURE_MEMORY_SECONDS - 1);

    const before = await guessTimes(guess, 2 * FREE_FAILURES);
    world.clock.advance(ACROSS_A_SEAM_SECONDS);
    const after = await guessTimes(guess, 2 * FREE_FAILURES);

    expect([before, after]).toEqual([FREE_FAILURES - 1, 1]);
  });

  it('keep a lock as long as it has grown, up to the last second of a day without a failure', async () => {
    const { accountId, guess } = await newGuesser();
    await failTimes(guess, FREE_FAILURES + 6);
    world.clock.advance(FAILURE_MEMORY_SECONDS - 1);

    const outcomes = [await guess(), await guess()];

    expect(outcomes).toEqual(['allowed', 'locked']);
    expect(await counterOf(accountId)).toMatchObject({
      used: FREE_FAILURES + 7,
      lockedUntilEpochSeconds: world.clock.nowSeconds() + HOUR_SECONDS,
    });
  });

  it('are twenty again when the last failure is a day old, and the next lock is short again', async () => {
    const { accountId, guess } = await newGuesser();
    await failTimes(guess, FREE_FAILURES + 6);
    world.clock.advance(FAILURE_MEMORY_SECONDS);

    const first = await guess();
    const row = await counterOf(accountId);
    const others = await guessTimes(guess, 2 * FREE_FAILURES);

    expect([first, others]).toEqual(['allowed', FREE_FAILURES - 1]);
    expect(row).toMatchObject({ used: 1 });
    expect(row).not.toHaveProperty('lockedUntilEpochSeconds');
    expect(await counterOf(accountId)).toMatchObject({ lockedUntilEpochSeconds: world.clock.nowSeconds() + 60 });
  });

  it('are twenty after a quiet day also with two hundred at the same moment', async () => {
    const { accountId, guess } = await newGuesser();
    await failTimes(guess, FREE_FAILURES + 2);
    world.clock.advance(FAILURE_MEMORY_SECONDS);

    const outcomes = await withoutTimeouts(() => Promise.all(Array.from({ length: 200 }, () => guess())));

    expect(outcomes.filter((outcome) => outcome === 'allowed')).toHaveLength(FREE_FAILURES);
    expect(await counterOf(accountId)).toMatchObject({ used: FREE_FAILURES });
  });

  it('are not remembered for longer because a lock refuses others: only what is compared counts', async () => {
    const { accountId, guess } = await newGuesser();
    await failTimes(guess, FREE_FAILURES);
    const before = await counterOf(accountId);
    world.clock.advance(30);

    await guessTimes(guess, 5);

    expect(await counterOf(accountId)).toEqual(before);
    expect(before).toMatchObject({ expiresAtEpochSeconds: world.clock.nowSeconds() - 30 + FAILURE_MEMORY_SECONDS });
  });

  it('of a fallback attempt are ten, and ten again when the last failure is a day old', async () => {
    const { guess } = await newGuesser();
    const lookAgain = () => guess({ isFallbackAttempt: true });
    const compared = await guessTimes(lookAgain, FREE_FAILURES);
    world.clock.advance(FAILURE_MEMORY_SECONDS - 1);

    const early = await lookAgain();
    world.clock.advance(1);
    const later = await lookAgain();

    expect([compared, early, later]).toEqual([FALLBACK_FAILURES, 'reserved', 'allowed']);
  });

  it('are forgotten with a success, whichever locks there were', async () => {
    const { accountId, guess } = await newGuesser();
    await failTimes(guess, FREE_FAILURES + 6);
    const [forgetting] = attempts.forgetWrites(accountId, ['totp']);

    const dynamo = connectDynamo({ config: { tables: world.tables }, clock: world.clock, randomness: csprng });
    await dynamo.transact(forgetting ? [forgetting] : []);

    expect(await guessTimes(guess, 2 * FREE_FAILURES)).toBe(FREE_FAILURES);
  });

  it('are told of when a lock begins and with each twenty more: not as it grows, and not once for all time', async () => {
    const { accountId, guess } = await newGuesser();
    const told: number[] = [];

    for (let used = 1; used <= 2 * FREE_FAILURES + 1; used += 1) {
      await guess();
      world.clock.advance(lockSeconds(used));
      told.push((await eventsOf(world, accountId)).filter(({ type }) => type === 'second-factor-locked').length);
    }

    expect(
      told.map((count, index) => count - (told[index - 1] ?? 0)).flatMap((more, at) => (more ? [at + 1] : [])),
    ).toEqual([FREE_FAILURES, 2 * FREE_FAILURES]);
  });

  it('beyond twenty in any 24 hours come after a lock, however they are spread over time', async () => {
    const nearADay = [-60, -1, 0, 1, 60].map((seconds) => FAILURE_MEMORY_SECONDS + seconds);
    const wait = fc.oneof(
      { weight: 12, arbitrary: fc.constant(0) },
      { weight: 3, arbitrary: fc.constantFrom(1, 59, 60, 61, ACROSS_A_SEAM_SECONDS, 1920) },
      { weight: 2, arbitrary: fc.constantFrom(1, 8, 12, 23).map((hours) => hours * HOUR_SECONDS) },
      { weight: 1, arbitrary: fc.constantFrom(...nearADay) },
    );
    const waiting = fc.array(wait, { minLength: 90, maxLength: 120 });

    await fc.assert(
      fc.asyncProperty(waiting, async (waitsSeconds) => {
        const { guess } = await newGuesser();
        const comparedAt: number[] = [];
        for (const seconds of waitsSeconds) {
          world.clock.advance(seconds);
          if ((await guess()) === 'allowed') comparedAt.push(world.clock.nowSeconds());
        }

        for (const [index, at] of comparedAt.entries()) {
          const within = comparedAt.slice(0, index).filter((one) => one > at - FAILURE_MEMORY_SECONDS).length;
          const sinceLast = at - (comparedAt[index - 1] ?? 0);
          expect(sinceLast).toBeGreaterThanOrEqual(lockSeconds(within));
        }
      }),
      { numRuns: 10 },
    );
  });
});
