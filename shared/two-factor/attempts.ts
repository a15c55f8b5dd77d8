import * as z from 'zod/mini';
import { requireActor } from '../account/accounts.ts';
import type { Actor } from '../account/principal.ts';
import type { RecordEvent } from '../account/security-events.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { isExpired, rowSchema, rowStamp } from '../aws/row.ts';
import type { RecordIntent } from '../outbox/outbox.ts';
import type { Clock } from '../primitives/clock.ts';
import {
  FAILURE_MEMORY_SECONDS,
  FREE_FAILURES,
  isOwnerTold,
  lockSeconds,
  SECOND_LOOK_FAILURES,
  type Spending,
  TRIES_PER_CHALLENGE,
  TRIES_WITHOUT_ID,
} from './attempt-policy.ts';
import { openVerification } from './challenges.ts';
import { type CountedFactor, failuresKey, forgetFailures } from './failure-counters.ts';
import { parseVerification, verificationKey } from './verifications.ts';

/** One comparison that is about to be made. */
export interface Attempt {
  /** Whose account pays; nothing is spent once the challenge or the session of the attempt has ended. */
  by: Actor;
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

/** Counts tries, before anything is compared. */
export interface Attempts {
  /**
   * Spends one try of the challenge and of the factor, in one transaction; a refusal costs neither. Where it begins a lock of a
   * second factor, the account's owner is told in the same transaction, and not each time that the lock grows. That the challenge
   * or session has not ended is a condition of all of it.
   */
  spend(attempt: Attempt): Promise<Spending>;
  /**
   * Spends one try of a verification that no account stands behind. Without its id the last tries are out of reach.
   * @returns `false` where it is over, none of its tries is left for such a caller, or no code is out to compare with
   */
  spendVerification(verification: { verificationId: string; hasId: boolean }): Promise<boolean>;
  /** The writes that forget an account's failures, to ride with the success they belong to. */
  forget(accountId: string, factors: readonly CountedFactor[]): Write[];
  /**
   * Settles the try of a password that was given with a code, where the two failed together: a right one is forgotten, for it
   * was no failure. A wrong one costs as much work, so that time doesn't tell which of the two was wrong.
   */
  settlePassword(tried: { accountId: string; wasRight: boolean }): Promise<void>;
}

const NO_SMS_IS_OUT = '(#codeExpiresAtEpochSeconds = :never OR #codeExpiresAtEpochSeconds <= :now)';

/** Before a code is out there is nothing to compare, and nothing to pay for. */
const OUT_AND_OPEN = '#tries < :most AND #expiresAtEpochSeconds > :now AND #codeExpiresAtEpochSeconds > :now';

const counterSchema = rowSchema({ used: z.number(), expiresAtEpochSeconds: z.number() });

/** What the history and the log call the beginning of a lock. */
const lockOf = (factor: CountedFactor) =>
  factor === 'password' ? ('reauthentication-locked' as const) : ('second-factor-locked' as const);

/** Which try of a factor is spent: a free one, the first after a day without any, or the one after so many and their lock. */
type Turn = 'free' | 'first' | { after: number };

/** Opens the counters. They lie with the account: a resend, a new challenge or a new sign-in gives nothing back. */
export const makeAttempts = ({
  dynamo,
  clock,
  recordEvent,
  recordIntent,
  log,
}: {
  dynamo: Dynamo;
  clock: Clock;
  recordEvent: RecordEvent;
  recordIntent: RecordIntent;
  /** Is told when a lock begins. */
  log: (level: 'warn', event: string, fields: { account_id: string; outcome: string }) => void;
}): Attempts => {
  const spendTry = (verificationId: string, condition: string, values: Record<string, unknown>): Write => ({
    kind: 'update',
    table: 'tokens',
    key: verificationKey(verificationId),
    update: 'SET #tries = #tries + :one',
    condition,
    values: { ...values, ':one': 1 },
  });

  const spendChallenge = ({ by, verificationId, onlyWithoutSms = false }: Attempt): Write[] => {
    if (verificationId === null) return [];
    const { condition, values } = openVerification(by, clock.nowSeconds());
    return onlyWithoutSms
      ? [spendTry(verificationId, `${condition} AND ${NO_SMS_IS_OUT}`, { ...values, ':never': null })]
      : [spendTry(verificationId, condition, values)];
  };

  const spendFactor = ({ by, factor, isSecondLook }: Attempt, turn: Turn): Write => {
    const nowSeconds = clock.nowSeconds();
    const counting = { kind: 'update', table: 'tokens', key: failuresKey(by.accountId, factor) } as const;
    const values = {
      ':version': rowStamp.schemaVersion,
      ':end': nowSeconds + FAILURE_MEMORY_SECONDS, // moves on with every failure: counting never ends while guessing goes on
      ':one': 1,
      ':now': nowSeconds,
    };
    if (turn === 'free') {
      return {
        ...counting,
        update: 'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end ADD #used :one',
        condition: 'attribute_not_exists(#used) OR (#used < :free AND #expiresAtEpochSeconds > :now)',
        // The last free one sets the lock, so it goes the other way.
        values: { ...values, ':free': isSecondLook ? SECOND_LOOK_FAILURES : FREE_FAILURES - 1 },
      };
    }
    if (turn === 'first') {
      return {
        ...counting,
        update:
          'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end, #used = :one REMOVE #lockedUntilEpochSeconds',
        condition: 'attribute_not_exists(#used) OR #expiresAtEpochSeconds <= :now',
        values,
      };
    }
    return {
      ...counting,
      // Locked anew before the comparison: of any number of attempts after a lock one gets through.
      update:
        'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end, #lockedUntilEpochSeconds = :until ADD #used :one',
      condition:
        '#used = :seen AND (attribute_not_exists(#lockedUntilEpochSeconds) OR #lockedUntilEpochSeconds <= :now)',
      values: { ...values, ':seen': turn.after, ':until': nowSeconds + lockSeconds(turn.after + 1) },
    };
  };

  /** A lock that grows is the same lock: whoever waits each out must not fill the owner's inbox. */
  const isToldOf = (turn: Turn): boolean => typeof turn === 'object' && isOwnerTold(turn.after + 1);

  /** The mail is about codes. Guesses at a password need a session, and are told in the history alone. */
  const tellOfLock = ({ by: { accountId }, factor, sourceIp }: Attempt): Write[] => [
    recordEvent({ accountId, type: lockOf(factor), sourceIp }),
    ...(factor === 'password'
      ? []
      : [recordIntent({ kind: 'security-notice', accountId, event: 'two-factor-locked' })]),
  ];

  const isOver = (current: Item | null): boolean => {
    const verification = current && parseVerification(current);
    return !verification || verification.tries >= TRIES_PER_CHALLENGE || isExpired(verification, clock.nowSeconds());
  };

  /** What is left where no free try was: a turn, or the refusal. */
  const turnAfter = (current: Item | null, isSecondLook: boolean): Turn | 'kept-back' | 'locked' => {
    if (!current) return 'locked';
    const counter = counterSchema.parse(current);
    if (isExpired(counter, clock.nowSeconds())) return 'first';
    if (isSecondLook) return counter.used < FREE_FAILURES ? 'kept-back' : 'locked';
    return { after: counter.used };
  };

  const spend = async (attempt: Attempt, turn: Turn): Promise<Spending> => {
    const { by, factor, verificationId, isSecondLook = false } = attempt;
    const told = isToldOf(turn) ? tellOfLock(attempt) : [];
    const result = await dynamo.transact([
      spendFactor(attempt, turn),
      requireActor(by),
      ...spendChallenge(attempt),
      ...told,
    ]);
    if (result.won) {
      if (told.length > 0) log('warn', lockOf(factor), { account_id: by.accountId, outcome: 'locked' });
      return 'spent';
    }

    const [factorRefusal, actorRefusal, challengeRefusal] = result.refusals;
    // Before the others: a caller that has ended must not learn of the account's locks.
    if (actorRefusal) return 'ended';
    if (verificationId !== null && challengeRefusal) {
      return attempt.onlyWithoutSms && !isOver(challengeRefusal.current) ? 'sms-is-out' : 'challenge-over';
    }
    if (turn === 'first') return spend(attempt, 'free'); // somebody else's was the first at the same moment
    if (turn !== 'free') return 'locked'; // one that was refused after a lock is out for now
    const next = turnAfter(factorRefusal?.current ?? null, isSecondLook);
    return next === 'locked' || next === 'kept-back' ? next : spend(attempt, next);
  };

  return {
    spend: (attempt) => spend(attempt, 'free'),
    spendVerification: async ({ verificationId, hasId }) => {
      const most = hasId ? TRIES_PER_CHALLENGE : TRIES_WITHOUT_ID;
      const values = { ':most': most, ':now': clock.nowSeconds() };
      return (await dynamo.transact([spendTry(verificationId, OUT_AND_OPEN, values)])).won;
    },
    forget: forgetFailures,
    settlePassword: async ({ accountId, wasRight }) => {
      const row = {
        table: 'tokens',
        key: failuresKey(accountId, 'password'),
        condition: 'attribute_exists(#pk)',
      } as const;
      const values = { ':version': rowStamp.schemaVersion };
      await dynamo.write(
        wasRight
          ? { kind: 'delete', ...row }
          : { kind: 'update', ...row, update: 'SET #schemaVersion = :version', values },
      );
    },
  };
};
