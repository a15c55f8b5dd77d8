import { requireActorWrite } from '../account/accounts.ts';
import type { Actor } from '../account/principal.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../account/security-events.ts';
import type { Condition } from '../aws/conditions.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import { EMAIL_CODE } from '../contract/factor-names.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
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
import { type CountedFactor, failuresRow, forgetFailuresWrites } from './failure-counters.ts';
import { verificationRow } from './verifications.ts';

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
   * @throws StoreUnavailable
   */
  reserve(attempt: Attempt): Promise<Reservation>;
  /**
   * Reserves one attempt of a verification without an account. A caller without its id can't reserve the last ones.
   * @returns `false` where it is over, none of its tries is left for such a caller, or no code is out to compare with
   * @throws StoreUnavailable
   */
  reserveOfVerification(verification: { verificationId: string; hasId: boolean }): Promise<boolean>;
  /** The writes that forget an account's failures, to ride with the success they belong to. */
  forgetWrites(accountId: string, factors: readonly CountedFactor[]): Write[];
  /**
   * Settles the try of a password that was given with a code, where the two failed together: a right one is forgotten, for it
   * was no failure. A wrong one costs as much work, so that time doesn't tell which of the two was wrong.
   * @throws StoreUnavailable
   */
  settlePassword(tried: { accountId: string; wasRight: boolean }): Promise<void>;
  /**
   * For a try that a lock refused: a write that changes nothing, where one that was counted leaves an entry in the history. Without it
   * the time of an answer would tell that the factor is locked (CWE-208).
   * @throws StoreUnavailable
   */
  touch(refused: { accountId: string; factor: CountedFactor }): Promise<void>;
}

const { when } = verificationRow;

/** No code is out by SMS: none was sent, or the last one has expired. */
const noSmsIsOut = (nowSeconds: number): Condition =>
  when.or(when.is('codeExpiresAtEpochSeconds', null), when.atMost('codeExpiresAtEpochSeconds', nowSeconds));

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
  log: Log;
}): Attempts => {
  const reserveTryWrite = (verificationId: string, condition: Condition): Write =>
    verificationRow.updateWrite(verificationRow.key(verificationId), { increase: { tries: 1 } }, condition);

  const reserveOfChallengeWrites = ({ by, verificationId, onlyWithoutSms = false }: Attempt): Write[] => {
    if (verificationId === null) return [];
    const nowSeconds = clock.nowSeconds();
    const isOpen = openVerification(by, nowSeconds);
    return [reserveTryWrite(verificationId, onlyWithoutSms ? when.and(isOpen, noSmsIsOut(nowSeconds)) : isOpen)];
  };

  const reserveOfFactorWrite = ({ by, factor, isFallbackAttempt }: Attempt, step: AttemptStep): Write => {
    const nowSeconds = clock.nowSeconds();
    const key = failuresRow.key(by.accountId, factor);
    const { lacks, below, lives, hasExpired, is, atMost, and, or } = failuresRow.when;
    const expiresAtEpochSeconds = nowSeconds + FAILURE_MEMORY_SECONDS; // moves on with every failure: counting goes on while guessing does
    if (step === 'free') {
      // The last free one sets the lock, so it goes the other way.
      const free = isFallbackAttempt ? FALLBACK_FAILURES : FREE_FAILURES - 1;
      return failuresRow.upsertWrite(
        key,
        { set: { expiresAtEpochSeconds }, add: { used: 1 } },
        or(lacks('used'), and(below('used', free), lives(nowSeconds))),
      );
    }
    if (step === 'first') {
      return failuresRow.upsertWrite(
        key,
        { set: { expiresAtEpochSeconds, used: 1 }, remove: ['lockedUntilEpochSeconds'] },
        or(lacks('used'), hasExpired(nowSeconds)),
      );
    }
    // Locked anew before the comparison: of any number of attempts after a lock one gets through.
    const lockedUntilEpochSeconds = nowSeconds + lockSeconds(step.after + 1);
    return failuresRow.upsertWrite(
      key,
      { set: { expiresAtEpochSeconds, lockedUntilEpochSeconds }, add: { used: 1 } },
      and(is('used', step.after), or(lacks('lockedUntilEpochSeconds'), atMost('lockedUntilEpochSeconds', nowSeconds))),
    );
  };

  /** A growing lock counts as the same lock, so that an attacker can't fill the owner's inbox. */
  const isToldOf = (step: AttemptStep): boolean => typeof step === 'object' && isOwnerTold(step.after + 1);

  /** The mail is about codes. Guesses at a password need a session, and are told in the history alone. */
  const tellOfLockWrites = ({ by: { accountId }, factor, sourceIp }: Attempt): Write[] => {
    const event = factor === EMAIL_CODE ? 'email-code-locked' : 'two-factor-locked';
    return [
      recordEventWrite({ accountId, type: lockOf(factor), sourceIp }),
      ...(factor === 'password' ? [] : [recordIntentWrite({ kind: 'security-notice', accountId, event })]),
    ];
  };

  const isOver = (current: Item | null): boolean => {
    const verification = current && verificationRow.parse(current);
    return !verification || verification.tries >= TRIES_PER_CHALLENGE || isExpired(verification, clock.nowSeconds());
  };

  /** Next attempt to make after the free one was refused. */
  const stepAfter = (current: Item | null, isFallbackAttempt: boolean): AttemptStep | 'reserved' | 'locked' => {
    if (!current) return 'locked';
    const counter = failuresRow.parse(current);
    if (isExpired(counter, clock.nowSeconds())) return 'first';
    if (isFallbackAttempt) return counter.used < FREE_FAILURES ? 'reserved' : 'locked';
    if ((counter.lockedUntilEpochSeconds ?? 0) > clock.nowSeconds()) return 'locked';
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
    if (step === 'first') return reserve(attempt, 'free'); // a concurrent attempt was the first
    if (step !== 'free') return 'locked'; // one that was refused after a lock is out for now
    const next = stepAfter(factorRefusal?.current ?? null, isFallbackAttempt);
    return next === 'locked' || next === 'reserved' ? next : reserve(attempt, next);
  };

  return {
    reserve: (attempt) => reserve(attempt, 'free'),
    reserveOfVerification: async ({ verificationId, hasId }) => {
      const most = hasId ? TRIES_PER_CHALLENGE : TRIES_WITHOUT_ID;
      const nowSeconds = clock.nowSeconds();
      // Before a code is out there is nothing to compare, and nothing to pay for.
      const isOut = when.above('codeExpiresAtEpochSeconds', nowSeconds);
      const isOpen = when.and(when.below('tries', most), when.lives(nowSeconds), isOut);
      return (await dynamo.transact([reserveTryWrite(verificationId, isOpen)])).won;
    },
    forgetWrites: forgetFailuresWrites,
    settlePassword: async ({ accountId, wasRight }) => {
      const key = failuresRow.key(accountId, 'password');
      const { exists } = failuresRow.when;
      await dynamo.write(wasRight ? failuresRow.deleteWrite(key, exists) : failuresRow.upsertWrite(key, {}, exists));
    },
    touch: async ({ accountId, factor }) => {
      await dynamo.write(failuresRow.upsertWrite(failuresRow.key(accountId, factor), {}, failuresRow.when.exists));
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
