import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import type { SmsRefusal } from '../contract/sms-refusals.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { spendWindowWrite } from '../limits/limits.ts';
import { type LimitPolicy, limitWindow } from '../limits/rate-limit.ts';
import type { Clock } from '../primitives/clock.ts';
import type { PhoneNumber } from '../primitives/phone-number.ts';
import {
  type BudgetStage,
  breakerWindow,
  budgetStage,
  type CountedSpan,
  EARNED_PER_VERIFICATION,
  owedPerMessage,
  SMS_LIMITS,
  type SmsBudgetNumbers,
  type SmsRequester,
  smsCostMicroUsd,
  smsPrefix,
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
  shape: { spentMicroUsd: z.int(), reportedPercent: z.optional(z.int()), expiresAtEpochSeconds: z.optional(z.int()) },
});

/** What was sent to a country within a window, and how much of it was answered with the right code. */
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
  /** Selects the number's and the block's counters. */
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
   * refuses, no other is charged. Concurrent calls never exceed a limit.
   * @throws StoreUnavailable
   */
  spend(sms: SmsToSend): Promise<SmsSpend>;
  /** Counts a returned code for the breaker of its country: a write without a condition, for another transaction. */
  verifiedWrite(verified: { country: string }): Write;
}

/** The rules that DynamoDB checks, in the order of their writes. */
const COUNTED_RULES = ['budget', 'prefix', 'number', 'breaker'] as const satisfies readonly SmsRefusal[];

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
  const { breaker, countries } = numbers;
  const budgetMicroUsd = toMicroUsd(numbers.dailyBudgetUsd);

  const payOnceWrite = (intentId: string): Write =>
    smsSpentRow.putWrite(
      smsSpentRow.key(intentId),
      { expiresAtEpochSeconds: clock.nowSeconds() + SPENT_KEPT_SECONDS },
      smsSpentRow.when.isNew,
    );

  const spendMoneyWrite = (day: CountedSpan, costMicroUsd: number): Write => {
    const { or, lacks, atMost } = budgetRow.when;
    return budgetRow.upsertWrite(
      budgetRow.key(day.name),
      { set: { expiresAtEpochSeconds: day.endsAtEpochSeconds }, add: { spentMicroUsd: costMicroUsd } },
      or(lacks('spentMicroUsd'), atMost('spentMicroUsd', budgetMicroUsd - costMicroUsd)),
    );
  };

  const spendOneWrite = (policy: LimitPolicy, counted: string): Write => {
    const keyDigest = keyring.hmac('limit-key', `${policy.name}/${counted}`);
    return spendWindowWrite(limitWindow({ policy, keyDigest, shard: null, nowSeconds: clock.nowSeconds() }));
  };

  const countSentWrite = (country: string): Write => {
    const window = breakerWindow(clock.nowSeconds(), breaker.windowSeconds);
    const { or, lacks, below, notAbove } = breakerRow.when;
    return breakerRow.upsertWrite(
      breakerRow.key(`${country}#${window.name}`),
      {
        set: { expiresAtEpochSeconds: window.endsAtEpochSeconds },
        setIfAbsent: { earned: 0 },
        add: { sent: 1, owed: owedPerMessage(breaker.minimumVerifiedRatio) },
      },
      or(lacks('sent'), below('sent', breaker.minimumSent), notAbove('owed', 'earned')),
    );
  };

  const verifiedWrite = ({ country }: { country: string }) => {
    const window = breakerWindow(clock.nowSeconds(), breaker.windowSeconds);
    return breakerRow.upsertWrite(breakerRow.key(`${country}#${window.name}`), {
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
      if (!countries.includes(country)) return { refusedBy: 'country', crossedPercent: null };
      const costMicroUsd = smsCostMicroUsd(numbers, { country, segments });
      // The day's first message has no row yet whose condition could refuse it.
      if (costMicroUsd > budgetMicroUsd) return { refusedBy: 'budget', crossedPercent: null };

      const day = utcDay(clock.nowSeconds());
      const result = await dynamo.transact([
        spendMoneyWrite(day, costMicroUsd),
        spendOneWrite(SMS_LIMITS[requestedBy].perPrefix, smsPrefix(e164)),
        spendOneWrite(SMS_LIMITS[requestedBy].perNumber, e164),
        countSentWrite(country),
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
      const budget = result.refusals[0]?.current ?? null;
      return { refusedBy, crossedPercent: budget && (await reportStage(day, budget, 100)) };
    },

    verifiedWrite,
  };
};

/** Under the operator's budget and prices. */
export const provideSmsBudget = (scope: Scope<'sms'> & Ports): SmsBudget =>
  makeSmsBudget({ ...scope, numbers: scope.settings.sms });
