import { FREE_FAILURES, failureWindow, lockSeconds, TRIES_PER_CHALLENGE } from '../domain/attempts.ts';
import type { Clock } from '../domain/clock.ts';
import type { SecondFactor } from '../domain/factors.ts';
import type { Dynamo, Key, Write } from './dynamo.ts';
import { rowStamp } from './row.ts';
import { verificationKey } from './verifications.ts';

/** What a try is counted against; `password` where a signed-in caller proves it again. */
export type CountedFactor = SecondFactor | 'password';

/** A try to prove something. */
export interface Attempt {
  accountId: string;
  /** What the code could be of, by its looks. */
  factors: readonly CountedFactor[];
  /** The challenge that it answers; `null` where there is none. */
  verificationId: string | null;
}

/** Counts tries, before anything is compared. */
export interface Attempts {
  /**
   * Spends one try of the challenge and of each factor, in one transaction.
   * @returns the factors that may be compared; none where the challenge is over or all are locked
   */
  spend(attempt: Attempt): Promise<CountedFactor[]>;
  /** Spends one try of a verification that no account stands behind. @returns `false` where it is over */
  spendVerification(verificationId: string): Promise<boolean>;
  /** The writes that forget an account's failures, to ride with the success they belong to. */
  forget(accountId: string, factors: readonly CountedFactor[]): Write[];
}

/** Opens the counters. They lie with the account: a resend, a new challenge or a new sign-in gives nothing back. */
export const makeAttempts = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Attempts => {
  const keyOf = (accountId: string, factor: CountedFactor): Key => ({
    pk: `ACCOUNT#${accountId}`,
    sk: `ATTEMPTS#${factor}#${failureWindow(accountId, clock.nowSeconds()).index}`,
  });

  const spendChallenge = (verificationId: string): Write => ({
    kind: 'update',
    table: 'tokens',
    key: verificationKey(verificationId),
    update: 'SET #tries = #tries + :one',
    condition: '#tries < :max AND #expiresAtEpochSeconds > :now',
    values: { ':one': 1, ':max': TRIES_PER_CHALLENGE, ':now': clock.nowSeconds() },
  });

  /** @param seenUsed how many are used up, for an attempt after a lock; `null` for one of the free ones */
  const spendFactor = (accountId: string, factor: CountedFactor, seenUsed: number | null): Write => {
    const nowSeconds = clock.nowSeconds();
    const counting = {
      kind: 'update',
      table: 'tokens',
      key: keyOf(accountId, factor),
    } as const;
    const values = {
      ':version': rowStamp.schemaVersion,
      ':end': failureWindow(accountId, nowSeconds).endsAtEpochSeconds,
      ':one': 1,
    };
    return seenUsed === null
      ? {
          ...counting,
          update: 'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end ADD #used :one',
          condition: 'attribute_not_exists(#used) OR #used < :free',
          values: { ...values, ':free': FREE_FAILURES - 1 }, // the last free one sets the lock, so it goes the other way
        }
      : {
          ...counting,
          // Locked anew before the comparison: of any number of attempts after a lock one gets through.
          update:
            'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end, #lockedUntilEpochSeconds = :until ADD #used :one',
          condition:
            '#used = :seen AND (attribute_not_exists(#lockedUntilEpochSeconds) OR #lockedUntilEpochSeconds <= :now)',
          values: {
            ...values,
            ':seen': seenUsed,
            ':now': nowSeconds,
            ':until': nowSeconds + lockSeconds(seenUsed + 1),
          },
        };
  };

  const spend = async (
    { accountId, factors, verificationId }: Attempt,
    seen: ReadonlyMap<CountedFactor, number>,
  ): Promise<CountedFactor[]> => {
    if (factors.length === 0 && verificationId === null) return [];
    const result = await dynamo.transact([
      ...(verificationId === null ? [] : [spendChallenge(verificationId)]),
      ...factors.map((factor) => spendFactor(accountId, factor, seen.get(factor) ?? null)),
    ]);
    if (result.won) return [...factors];

    const refusals = verificationId === null ? result.refusals : result.refusals.slice(1);
    if (verificationId !== null && result.refusals[0]) return []; // the challenge is over: no factor pays for that

    // A factor whose free tries are used up may be past its lock; one that was refused there is out for now.
    const refused = factors.filter((_, index) => refusals[index]);
    const usedUp = new Map(
      refused
        .filter((factor) => !seen.has(factor))
        .map((factor) => [factor, Number(refusals[factors.indexOf(factor)]?.current?.used ?? 0)]),
    );
    const remaining = factors.filter((factor) => !refused.includes(factor) || usedUp.has(factor));
    return remaining.length === 0
      ? []
      : spend({ accountId, factors: remaining, verificationId }, new Map([...seen, ...usedUp]));
  };

  return {
    spend: (attempt) => spend(attempt, new Map()),
    spendVerification: async (verificationId) => (await dynamo.transact([spendChallenge(verificationId)])).won,
    forget: (accountId, factors) =>
      factors.map((factor) => ({ kind: 'delete', table: 'tokens', key: keyOf(accountId, factor) })),
  };
};
