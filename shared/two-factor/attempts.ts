import * as z from 'zod/mini';
import { requireActorWrite } from '../account/accounts.ts';
import type { Actor } from '../account/principal.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../account/security-events.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { isExpired, rowSchema, rowStamp } from '../aws/row.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import type { Clock } from '../primitives/clock.ts';
import {
  FAILURE_MEMORY_SECONDS,
  FALLBACK_FAILURES,
  FREE_FAILURES,
  isOwnerTold,
  lockSeconds,
  type Reservation,
  TRIES_PER_CHALLENGE,
  TRIES_WITHOUT_ID,
} from './attempt-policy.ts';
import { openVerification } from './challenges.ts';
import { type CountedFactor, failuresKey, forgetFailuresWrites } from './failure-counters.ts';
import { parseVerification, verificationKey } from './verifications.ts';

/** One comparison that is about to be made. */
export interface Attempt {
  /** Whose account it counts for; nothing is reserved once the challenge or the session of the attempt has ended. */
  by: Actor;
  factor: CountedFactor;
  /** The challenge that it answers; `null` where there is none. */
  verificationId: string | null;
  /** Refused while a code by SMS is out for the challenge: then it has to be asked first whether it is that one. */
  onlyWithoutSms?: boolean;
  /** Whether the code was compared with another factor before: such an attempt never takes this factor's last free failures. */
  isFallbackAttempt?: boolean;
  /** The address that the gateway saw. */
  sourceIp: string;
}

/** Counts tries, before anything is compared. */
export interface Attempts {
  /**
   * Reserves one attempt of the challenge and of the factor, in one transaction, before anything is compared; a refusal costs
   * neither. Where it begins a lock of a second factor, the account's owner is told in the same transaction, and not each time
   * that the lock grows. That the challenge or session has not ended is a condition of all of it.
   */
  reserve(attempt: Attempt): Promise<Reservation>;
  /**
   * Reserves one attempt of a verification without an account. A caller without its id can't reserve the last ones.
   * @returns `false` where it is over, none of its tries is left for such a caller, or no code is out to compare with
   */
  reserveOfVerification(verification: { verificationId: string; hasId: boolean }): Promise<boolean>;
  /** The writes that forget an account's failures, to ride with the success they belong to. */
  forgetWrites(accountId: string, factors: readonly CountedFactor[]): Write[];
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

/** Which attempt of a factor: a free one, the first after a day without any, or the one after so many and their lock. */
type AttemptStep = 'free' | 'first' | { after: number };

/** Opens the counters. They lie with the account: a resend, a new challenge or a new sign-in gives nothing back. */
export const makeAttempts = ({
  dynamo,
  clock,
  recordEventWrite,
  recordIntentWrite,
  log,
}: {
  dynamo: Dynamo;
  clock: Clock;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  /** Is told when a lock begins. */
  log: (level: 'warn', event: string, fields: { account_id: string; outcome: string }) => void;
}): Attempts => {
  const reserveTryWrite = (verificationId: string, condition: string, values: Record<string, unknown>): Write => ({
    kind: 'update',
    table: 'tokens',
    key: verificationKey(verificationId),
    update: 'SET #tries = #tries + :one',
    condition,
    values: { ...values, ':one': 1 },
  });

  const reserveOfChallengeWrites = ({ by, verificationId, onlyWithoutSms = false }: Attempt): Write[] => {
    if (verificationId === null) return [];
    const { condition, values } = openVerification(by, clock.nowSeconds());
    return onlyWithoutSms
      ? [reserveTryWrite(verificationId, `${condition} AND ${NO_SMS_IS_OUT}`, { ...values, ':never': null })]
      : [reserveTryWrite(verificationId, condition, values)];
  };

  const reserveOfFactorWrite = ({ by, factor, isFallbackAttempt }: Attempt, step: AttemptStep): Write => {
    const nowSeconds = clock.nowSeconds();
    const counting = { kind: 'update', table: 'tokens', key: failuresKey(by.accountId, factor) } as const;
    const values = {
      ':version': rowStamp.schemaVersion,
      ':end': nowSeconds + FAILURE_MEMORY_SECONDS, // moves on with every failure: counting never ends while guessing goes on
      ':one': 1,
      ':now': nowSeconds,
    };
    if (step === 'free') {
      return {
        ...counting,
        update: 'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end ADD #used :one',
        condition: 'attribute_not_exists(#used) OR (#used < :free AND #expiresAtEpochSeconds > :now)',
        // The last free one sets the lock, so it goes the other way.
        values: { ...values, ':free': isFallbackAttempt ? FALLBACK_FAILURES : FREE_FAILURES - 1 },
      };
    }
    if (step === 'first') {
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
      values: { ...values, ':seen': step.after, ':until': nowSeconds + lockSeconds(step.after + 1) },
    };
  };

  /** A lock that grows is the same lock: whoever waits each out must not fill the owner's inbox. */
  const isToldOf = (step: AttemptStep): boolean => typeof step === 'object' && isOwnerTold(step.after + 1);

  /** The mail is about codes. Guesses at a password need a session, and are told in the history alone. */
  const tellOfLockWrites = ({ by: { accountId }, factor, sourceIp }: Attempt): Write[] => [
    recordEventWrite({ accountId, type: lockOf(factor), sourceIp }),
    ...(factor === 'password'
      ? []
      : [recordIntentWrite({ kind: 'security-notice', accountId, event: 'two-factor-locked' })]),
  ];

  const isOver = (current: Item | null): boolean => {
    const verification = current && parseVerification(current);
    return !verification || verification.tries >= TRIES_PER_CHALLENGE || isExpired(verification, clock.nowSeconds());
  };

  /** Next attempt to make after the free one was refused. */
  const stepAfter = (current: Item | null, isFallbackAttempt: boolean): AttemptStep | 'reserved' | 'locked' => {
    if (!current) return 'locked';
    const counter = counterSchema.parse(current);
    if (isExpired(counter, clock.nowSeconds())) return 'first';
    if (isFallbackAttempt) return counter.used < FREE_FAILURES ? 'reserved' : 'locked';
    return { after: counter.used };
  };

  const reserve = async (attempt: Attempt, step: AttemptStep): Promise<Reservation> => {
    const { by, factor, verificationId, isFallbackAttempt = false } = attempt;
    const told = isToldOf(step) ? tellOfLockWrites(attempt) : [];
    const result = await dynamo.transact([
      reserveOfFactorWrite(attempt, step),
      requireActorWrite(by),
      ...reserveOfChallengeWrites(attempt),
      ...told,
    ]);
    if (result.won) {
      if (told.length > 0) log('warn', lockOf(factor), { account_id: by.accountId, outcome: 'locked' });
      return 'allowed';
    }

    const [factorRefusal, actorRefusal, challengeRefusal] = result.refusals;
    // Before the others: a caller that has ended must not learn of the account's locks.
    if (actorRefusal) return 'ended';
    if (verificationId !== null && challengeRefusal) {
      return attempt.onlyWithoutSms && !isOver(challengeRefusal.current) ? 'sms-is-out' : 'exhausted';
    }
    if (step === 'first') return reserve(attempt, 'free'); // somebody else's was the first at the same moment
    if (step !== 'free') return 'locked'; // one that was refused after a lock is out for now
    const next = stepAfter(factorRefusal?.current ?? null, isFallbackAttempt);
    return next === 'locked' || next === 'reserved' ? next : reserve(attempt, next);
  };

  return {
    reserve: (attempt) => reserve(attempt, 'free'),
    reserveOfVerification: async ({ verificationId, hasId }) => {
      const most = hasId ? TRIES_PER_CHALLENGE : TRIES_WITHOUT_ID;
      const values = { ':most': most, ':now': clock.nowSeconds() };
      return (await dynamo.transact([reserveTryWrite(verificationId, OUT_AND_OPEN, values)])).won;
    },
    forgetWrites: forgetFailuresWrites,
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

/** With the history that locks are written to, and the notices of them. */
export const provideAttempts = (scope: Scope<'events'> & Pick<Ports, 'dynamo'>): Attempts =>
  makeAttempts({
    ...scope,
    recordEventWrite: scope.use(provideRecordEventWrite),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
