import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import type { SmsRefusal } from '../contract/sms-refusals.ts';
import type { Keyring } from '../keyring/keyring.ts';
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

/** Longer than any intent is tried for (settings: messages.retrySeconds). */
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

/** An SMS that is about to be sent. */
export interface SmsToSend {
  to: PhoneNumber;
  /** Says which of the number's and its block's counters it is counted by. */
  requestedBy: SmsRequester;
  /** 1 or more. */
  segments: number;
  /** An intent pays once, however often its SMS is tried. */
  intentId: string;
}

/** What came of spending. */
export interface SmsSpend {
  /** The rule that refused; `null` when the SMS may be sent. */
  refusedBy: SmsRefusal | null;
  /**
   * How many percent of the day's budget are gone, told to exactly one caller a day for each stage; `null` to all others. 100
   * means that the budget has refused a message or that nothing is left of it.
   */
  crossedPercent: BudgetStage | null;
}

/** What SMS may cost, counted before they are sent. */
export interface SmsBudget {
  /**
   * Spends money, one of the number's and its block's messages, and one of its country's, or nothing at all: a message that
   * one rule refuses costs no other. Many at once never spend more than there is.
   * @throws StoreUnavailable
   */
  spend(sms: SmsToSend): Promise<SmsSpend>;
  /** Notes that somebody gave back a code that was sent to the country: a write, to ride in a transaction. It never refuses. */
  verifiedWrite(verified: { country: string }): Write;
}

/** The rules that DynamoDB decides, in the order of their writes. */
const COUNTED_RULES = ['budget', 'prefix', 'number', 'breaker'] as const satisfies readonly SmsRefusal[];

/** Opens the counters of SMS. Numbers and their blocks are counted under HMACs: the table doesn't say who got one. */
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

  /** Whoever raises the mark is the one to tell; a stage that was told, or passed over, is not told again. */
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
      // The day's first message has no row whose condition could refuse it.
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
      if (result.refusals[COUNTED_RULES.length]) return { refusedBy: null, crossedPercent: null }; // paid before
      const refusedBy = COUNTED_RULES.find((_, index) => result.refusals[index]);
      if (!refusedBy) throw new Error('a transaction was refused by none of its conditions');
      const budget = result.refusals[0]?.current ?? null;
      return { refusedBy, crossedPercent: budget && (await reportStage(day, budget, 100)) };
    },

    verifiedWrite,
  };
};
