import {
  FREE_FAILURES,
  failureWindow,
  lockSeconds,
  SECOND_LOOK_FAILURES,
  TRIES_PER_CHALLENGE,
} from '../domain/attempts.ts';
import type { Clock } from '../domain/clock.ts';
import type { SecondFactor } from '../domain/factors.ts';
import type { Dynamo, Item, Key, Write } from './dynamo.ts';
import type { RecordIntent } from './outbox.ts';
import { isExpired, rowStamp } from './row.ts';
import type { RecordEvent } from './security-events.ts';
import { parseVerification, verificationKey } from './verifications.ts';

/** What a try is counted against; `password` where a signed-in caller proves it again. */
export type CountedFactor = SecondFactor | 'password';

/** One comparison that is about to be made. */
export interface Attempt {
  accountId: string;
  factor: CountedFactor;
  /** The challenge that it answers; `null` where there is none. */
  verificationId: string | null;
  /** Refused while a code by SMS is out for the challenge: then it has to be asked first whether it is that one. */
  onlyWithoutSms?: boolean;
  /** Whether the code was held against another factor before: such a one never takes this factor's last free failures. */
  isSecondLook?: boolean;
  /** The address that the gateway saw. */
  sourceIp: string;
}

/** What came of spending: nothing may be compared but after `spent`. */
export type Spending = 'spent' | 'locked' | 'challenge-over' | 'sms-is-out';

/** Counts tries, before anything is compared. */
export interface Attempts {
  /**
   * Spends one try of the challenge and of the factor, in one transaction; a refusal costs neither. Where it begins a lock of a
   * second factor, the account's owner is told in the same transaction: once, not as the lock grows.
   */
  spend(attempt: Attempt): Promise<Spending>;
  /** Spends one try of a verification that no account stands behind. @returns `false` where it is over */
  spendVerification(verificationId: string): Promise<boolean>;
  /** The writes that forget an account's failures, to ride with the success they belong to. */
  forget(accountId: string, factors: readonly CountedFactor[]): Write[];
  /**
   * Settles the try of a password that was given with a code, where the two failed together: a right one is forgotten, for it
   * was no failure. A wrong one costs as much work, so that time doesn't tell which of the two was wrong.
   */
  settlePassword(tried: { accountId: string; wasRight: boolean }): Promise<void>;
}

/** Opens the counters. They lie with the account: a resend, a new challenge or a new sign-in gives nothing back. */
export const makeAttempts = ({
  dynamo,
  clock,
  recordEvent,
  recordIntent,
}: {
  dynamo: Dynamo;
  clock: Clock;
  recordEvent: RecordEvent;
  recordIntent: RecordIntent;
}): Attempts => {
  const keyOf = (accountId: string, factor: CountedFactor): Key => ({
    pk: `ACCOUNT#${accountId}`,
    sk: `ATTEMPTS#${factor}#${failureWindow(accountId, clock.nowSeconds()).index}`,
  });

  const spendChallenge = (verificationId: string, onlyWithoutSms: boolean): Write => {
    const spending = {
      kind: 'update',
      table: 'tokens',
      key: verificationKey(verificationId),
      update: 'SET #tries = #tries + :one',
    } as const;
    const values = { ':one': 1, ':max': TRIES_PER_CHALLENGE, ':now': clock.nowSeconds() };
    return onlyWithoutSms
      ? {
          ...spending,
          condition:
            '#tries < :max AND #expiresAtEpochSeconds > :now AND (#codeExpiresAtEpochSeconds = :never OR #codeExpiresAtEpochSeconds <= :now)',
          values: { ...values, ':never': null },
        }
      : { ...spending, condition: '#tries < :max AND #expiresAtEpochSeconds > :now', values };
  };

  /** @param seenUsed how many are used up, for an attempt after a lock; `null` for one of the free ones */
  const spendFactor = ({ accountId, factor, isSecondLook }: Attempt, seenUsed: number | null): Write => {
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
          // The last free one sets the lock, so it goes the other way.
          values: { ...values, ':free': isSecondLook ? SECOND_LOOK_FAILURES : FREE_FAILURES - 1 },
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

  /** A lock that grows is the same lock: whoever waits each out must not fill the owner's inbox. */
  const tellOfLock = ({ accountId, factor, sourceIp }: Attempt, seenUsed: number | null): Write[] =>
    seenUsed === FREE_FAILURES - 1 && factor !== 'password'
      ? [
          recordEvent({ accountId, type: 'second-factor-locked', sourceIp }),
          recordIntent({ kind: 'security-notice', accountId, event: 'two-factor-locked' }),
        ]
      : [];

  const isOver = (current: Item | null): boolean => {
    const verification = current && parseVerification(current);
    return !verification || verification.tries >= TRIES_PER_CHALLENGE || isExpired(verification, clock.nowSeconds());
  };

  const spend = async (attempt: Attempt, seenUsed: number | null): Promise<Spending> => {
    const { verificationId, onlyWithoutSms = false, isSecondLook = false } = attempt;
    const challenge = verificationId === null ? [] : [spendChallenge(verificationId, onlyWithoutSms)];
    const result = await dynamo.transact([
      spendFactor(attempt, seenUsed),
      ...challenge,
      ...tellOfLock(attempt, seenUsed),
    ]);
    if (result.won) return 'spent';

    const [factorRefusal, challengeRefusal] = result.refusals;
    if (verificationId !== null && challengeRefusal) {
      return isOver(challengeRefusal.current) ? 'challenge-over' : 'sms-is-out';
    }
    // A factor whose free tries are used up may be past its lock; one that was refused there is out for now.
    return seenUsed !== null || isSecondLook ? 'locked' : spend(attempt, Number(factorRefusal?.current?.used ?? 0));
  };

  return {
    spend: (attempt) => spend(attempt, null),
    spendVerification: async (verificationId) => (await dynamo.transact([spendChallenge(verificationId, false)])).won,
    forget: (accountId, factors) =>
      factors.map((factor) => ({ kind: 'delete', table: 'tokens', key: keyOf(accountId, factor) })),
    settlePassword: async ({ accountId, wasRight }) => {
      const row = { table: 'tokens', key: keyOf(accountId, 'password'), condition: 'attribute_exists(#pk)' } as const;
      const values = { ':version': rowStamp.schemaVersion };
      await dynamo.write(
        wasRight
          ? { kind: 'delete', ...row }
          : { kind: 'update', ...row, update: 'SET #schemaVersion = :version', values },
      );
    },
  };
};
