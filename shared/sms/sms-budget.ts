import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import type { SmsRefusal } from '../contract/sms-refusals.ts';
import type { SmsRequester } from '../contract/sms-requester.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { spendWindowWrite } from '../limits/limits.ts';
import { type LimitPolicy, limitWindow } from '../limits/rate-limit.ts';
import type { Clock } from '../primitives/clock.ts';
import type { PhoneNumber } from '../primitives/phone-number.ts';
import { isServedCountry } from './served-countries.ts';
import {
  type BudgetStage,
  breakerWindow,
  budgetStage,
  type CountedSpan,
  EARNED_PER_VERIFICATION,
  owedPerMessage,
  SMS_LIMITS,
  type SmsBudgetNumbers,
  type SpendingCap,
  smsCostMicroUsd,
  smsPrefix,
  spendingCaps,
  toMicroUsd,
  utcDay,
} from './sms-budget-policy.ts';
import { smsSpentRow } from './sms-spent-row.ts';

/** Longer than any intent is retried (settings: messages.retrySeconds). */
const SPENT_KEPT_SECONDS = 2 * 24 * 60 * 60;

/** What a UTC day has cost. */
const budgetRow = defineRow({
  table: 'tokens',
  word: 'SMS_BUDGET',
  sortKey: () => 'SMS_BUDGET',
  shape: {
    spentMicroUsd: z.int(),
    // Absent before the first message of that class, and in a row of release 0.1.0.
    unprovenMicroUsd: z.optional(z.int()),
    anonymousMicroUsd: z.optional(z.int()),
    reportedPercent: z.optional(z.int()),
    expiresAtEpochSeconds: z.optional(z.int()),
  },
});

/** What one class of requesters sent to a country within a window, and how much of it was answered with the right code. */
const breakerRow = defineRow({
  table: 'tokens',
  word: 'SMS_BREAKER',
  sortKey: () => 'SMS_BREAKER',
  shape: {
    sent: z.int(),
    owed: z.number(),
    earned: z.number(),
    verified: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
});

/** An SMS before it is sent. */
export interface SmsToSend {
  to: PhoneNumber;
  /** Selects the reserves that are out of reach, the breaker, and the counters of the number and its block. */
  requestedBy: SmsRequester;
  /** 1 or more. */
  segments: number;
  /** Idempotency key: an intent is charged once, however often its SMS is retried. */
  intentId: string;
}

/** Result of a reservation. */
export interface SmsSpend {
  /** The refusing rule; `null` when the SMS may be sent. */
  refusedBy: SmsRefusal | null;
  /**
   * Stage of the day's budget, returned to exactly one caller a day for each stage; otherwise `null`. 100 means that
   * the budget has refused a message or is used up.
   */
  crossedPercent: BudgetStage | null;
}

/** Limits on the cost of SMS, counted before they are sent. */
export interface SmsBudget {
  /**
   * Reserves money and one message each of the number, its block and its country, in one transaction: when one rule
   * refuses, no other is charged. Concurrent calls never exceed a limit, and no class of requesters uses up what is another's.
   * @throws StoreUnavailable
   */
  spend(sms: SmsToSend): Promise<SmsSpend>;
  /** Counts a returned code for the breaker that its SMS counted for: a write without a condition, for another transaction. */
  verifiedWrite(verified: { country: string; requestedBy: SmsRequester }): Write;
}

/** The rules that DynamoDB checks, in the order of their writes. */
const COUNTED_RULES = ['money', 'prefix', 'number', 'breaker'] as const;

/** Makes the budget. Numbers and blocks are counted under HMACs, so the table does not reveal who got an SMS. */
export const makeSmsBudget = ({
  numbers,
  dynamo,
  keyring,
  clock,
}: {
  numbers: SmsBudgetNumbers;
  dynamo: Dynamo;
  keyring: Keyring;
  clock: Clock;
}): SmsBudget => {
  const { breaker } = numbers;
  const budgetMicroUsd = toMicroUsd(numbers.dailyBudgetUsd);

  const payOnceWrite = (intentId: string): Write =>
    smsSpentRow.putWrite(
      smsSpentRow.key(intentId),
      { expiresAtEpochSeconds: clock.nowSeconds() + SPENT_KEPT_SECONDS },
      smsSpentRow.when.isNew,
    );

  const spendMoneyWrite = (day: CountedSpan, caps: readonly SpendingCap[], costMicroUsd: number): Write => {
    const { and, or, lacks, atMost } = budgetRow.when;
    return budgetRow.upsertWrite(
      budgetRow.key(day.name),
      {
        set: { expiresAtEpochSeconds: day.endsAtEpochSeconds },
        add: Object.fromEntries(caps.map(({ sum }) => [sum, costMicroUsd])),
      },
      and(...caps.map(({ sum, maxMicroUsd }) => or(lacks(sum), atMost(sum, maxMicroUsd - costMicroUsd)))),
    );
  };

  const spendOneWrite = (policy: LimitPolicy, counted: string): Write => {
    const keyDigest = keyring.hmac('limit-key', `${policy.name}/${counted}`);
    return spendWindowWrite(limitWindow({ policy, keyDigest, shard: null, nowSeconds: clock.nowSeconds() }));
  };

  const breakerKey = (
    { country, requestedBy }: { country: string; requestedBy: SmsRequester },
    { name }: CountedSpan,
  ) => breakerRow.key(`${country}#${requestedBy}#${name}`);

  const countSentWrite = (sent: { country: string; requestedBy: SmsRequester }): Write => {
    const window = breakerWindow(clock.nowSeconds(), breaker.windowSeconds);
    const { or, lacks, below, notAbove } = breakerRow.when;
    return breakerRow.upsertWrite(
      breakerKey(sent, window),
      {
        set: { expiresAtEpochSeconds: window.endsAtEpochSeconds },
        setIfAbsent: { earned: 0 },
        add: { sent: 1, owed: owedPerMessage(breaker.minimumVerifiedRatio) },
      },
      or(lacks('sent'), below('sent', breaker.minimumSent), notAbove('owed', 'earned')),
    );
  };

  const verifiedWrite: SmsBudget['verifiedWrite'] = (verified) => {
    const window = breakerWindow(clock.nowSeconds(), breaker.windowSeconds);
    return breakerRow.upsertWrite(breakerKey(verified, window), {
      set: { expiresAtEpochSeconds: window.endsAtEpochSeconds },
      add: { verified: 1, earned: EARNED_PER_VERIFICATION },
    });
  };

  /** The caller that raises the mark reports the stage; reported or skipped stages are not reported again. */
  const reportStage = async (
    day: CountedSpan,
    item: Item | null,
    reached: BudgetStage | null,
  ): Promise<BudgetStage | null> => {
    const reported = item ? (budgetRow.parse(item).reportedPercent ?? 0) : 0;
    if (reached === null || reached <= reported) return null;
    const { and, or, exists, lacks, below } = budgetRow.when;
    const marked = await dynamo.write(
      budgetRow.updateWrite(
        budgetRow.key(day.name),
        { set: { reportedPercent: reached } },
        and(exists, or(lacks('reportedPercent'), below('reportedPercent', reached))),
      ),
    );
    return marked.won ? reached : null;
  };

  return {
    spend: async ({ to: { e164, country }, requestedBy, segments, intentId }) => {
      if (!isServedCountry(numbers, { country })) return { refusedBy: 'country', crossedPercent: null };
      const costMicroUsd = smsCostMicroUsd(numbers, { country, segments });
      const caps = spendingCaps(numbers, requestedBy);
      // The day's first message of a class has no sum yet whose condition could refuse it.
      const [unaffordable] = caps.filter(({ maxMicroUsd }) => costMicroUsd > maxMicroUsd);
      if (unaffordable)
        return { refusedBy: unaffordable.sum === 'spentMicroUsd' ? 'budget' : 'share', crossedPercent: null };

      const day = utcDay(clock.nowSeconds());
      const result = await dynamo.transact([
        spendMoneyWrite(day, caps, costMicroUsd),
        spendOneWrite(SMS_LIMITS[requestedBy].perPrefix, smsPrefix(e164)),
        spendOneWrite(SMS_LIMITS[requestedBy].perNumber, e164),
        countSentWrite({ country, requestedBy }),
        payOnceWrite(intentId),
      ]);
      if (result.won) {
        const item = await dynamo.get('tokens', budgetRow.key(day.name));
        const spentMicroUsd = item ? budgetRow.parse(item).spentMicroUsd : 0;
        const crossedPercent = await reportStage(day, item, budgetStage({ spentMicroUsd, budgetMicroUsd }));
        return { refusedBy: null, crossedPercent };
      }
      if (result.refusals[COUNTED_RULES.length]) return { refusedBy: null, crossedPercent: null }; // charged before
      const refusedBy = COUNTED_RULES.find((_, index) => result.refusals[index]);
      if (!refusedBy) throw new Error('a transaction was refused by none of its conditions');
      if (refusedBy !== 'money') return { refusedBy, crossedPercent: null };
      const refusing = result.refusals[0]?.current ?? null;
      const isUsedUp = refusing !== null && budgetRow.parse(refusing).spentMicroUsd > budgetMicroUsd - costMicroUsd;
      return isUsedUp
        ? { refusedBy: 'budget', crossedPercent: await reportStage(day, refusing, 100) }
        : { refusedBy: 'share', crossedPercent: null };
    },

    verifiedWrite,
  };
};

/** Under the operator's budget and prices. */
export const provideSmsBudget = (scope: Scope<'sms'> & Ports): SmsBudget =>
  makeSmsBudget({ ...scope, numbers: scope.settings.sms });
