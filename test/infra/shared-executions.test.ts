import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { arrivalsOfPeople, playExecutions } from '../support/shared-executions.ts';
import { resourcesOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

/** @see Lambda developer guide, "Lambda quotas": what a new account may run at the same time */
const NEW_ACCOUNT = 10;
/** A table on demand begins with room for 4,000 writes a second, and a partition takes 1,000: four shards. @see DynamoDB developer guide, "Warm throughput" */
const SHARDS = 4;
/** What docs/cost.md reckons a call with: a batch waits for SES, whose 150 ms its ten messages share. */
const BATCH_MS = 200;
const SIGN_IN_MS = 32;
/** A function that is called for the first time loads its bundle and the keyring first. */
const COLD_SIGN_IN_MS = 600;
const FEEDBACK_MS = 30;
/** What SES lets an account send that has just left the sandbox; each mail is told of once. @see SES developer guide, "Managing your sending limits" */
const MAILS_PER_SECOND = 14;

/** 2,000 mails that wait at the same moment. */
const BATCHES = 200;
const SIGN_INS_PER_SECOND = 10;
const SECONDS = 20;
const SEED = 1;

describe('executions that mail and sign-ins share in a new account', () => {
  let byDefault: Template;
  let inFour: Template;

  beforeAll(async () => {
    [byDefault, inFour] = await Promise.all([
      synthesise(),
      synthesise({ settings: { deployment: { parallelBatches: 4 } } }),
    ]);
  });

  /** How many batches the stack has worked on at the same time. @param channels that have a burst */
  const readersOf = (template: Template, channels: readonly string[]): number =>
    resourcesOf(template, 'AWS::Lambda::EventSourceMapping')
      .filter(([, { Properties }]) =>
        channels.some((one) => JSON.stringify(Properties.FilterCriteria).includes(`${one}#`)),
      )
      .reduce((sum, [, { Properties }]) => sum + Properties.ParallelizationFactor * SHARDS, 0);

  const arrivals = (perSecond: number, seed: number) => arrivalsOfPeople({ perSecond, seconds: SECONDS, seed });

  const play = (readers: number, signInMs = SIGN_IN_MS) => {
    const { burstMs, calls } = playExecutions(NEW_ACCOUNT, {
      burst: { readers, batches: BATCHES, batchMs: BATCH_MS },
      calls: [
        { arrivalsMs: arrivals(SIGN_INS_PER_SECOND, SEED), holdMs: signInMs },
        { arrivalsMs: arrivals(MAILS_PER_SECOND, SEED + 1), holdMs: FEEDBACK_MS },
      ],
    });
    const [signIns = { served: 0, refused: 0 }] = calls;
    return { burstMs, ...signIns };
  };

  it('leave more than half of them to sign-ins while mail has a burst: none is refused', () => {
    const readers = readersOf(byDefault, ['INTENT']);

    expect(readers).toBe(4);
    expect(play(readers)).toEqual({
      burstMs: (BATCHES / readers) * BATCH_MS,
      served: arrivals(SIGN_INS_PER_SECOND, SEED).length,
      refused: 0,
    });
  });

  it('leave some where mail and SMS have one at the same time: a few are refused, and the next try gets in', () => {
    const readers = readersOf(byDefault, ['INTENT', 'SMS']);
    const { served, refused } = play(readers);

    expect(readers).toBeLessThan(NEW_ACCOUNT);
    expect(refused / (served + refused)).toBeLessThan(0.1);
  });

  it('leave none where four batches of a shard go out at the same time: no sign-in gets in before the mail is out', () => {
    const readers = readersOf(inFour, ['INTENT']);
    const { burstMs, refused } = play(readers);
    const during = arrivals(SIGN_INS_PER_SECOND, SEED).filter((atMs) => atMs < burstMs - BATCH_MS).length;

    expect(readers).toBeGreaterThanOrEqual(NEW_ACCOUNT);
    expect(refused).toBeGreaterThanOrEqual(during);
    expect(during).toBeGreaterThan(0);
  });

  it('are taken by cold starts as well: then some sign-ins are refused without any mail', () => {
    expect(play(0, COLD_SIGN_IN_MS).refused).toBeGreaterThan(0);
  });
});

describe('the play of executions', () => {
  const none = { readers: 0, batches: 0, batchMs: 1 };

  it('refuses what finds no place, and takes what comes when one is free again', () => {
    const { calls } = playExecutions(1, { burst: none, calls: [{ arrivalsMs: [0, 5, 10], holdMs: 10 }] });

    expect(calls).toEqual([{ served: 2, refused: 1 }]);
  });

  it('gives a free place to a batch that waits before a call', () => {
    const burst = { readers: 1, batches: 2, batchMs: 10 };

    const played = playExecutions(1, { burst, calls: [{ arrivalsMs: [10, 20], holdMs: 1 }] });

    expect(played).toEqual({ burstMs: 20, calls: [{ served: 1, refused: 1 }] });
  });

  it('works on no more batches than there are readers, however many places there are', () => {
    const burst = { readers: 2, batches: 5, batchMs: 10 };

    expect(playExecutions(10, { burst, calls: [] }).burstMs).toBe(30);
  });
});
