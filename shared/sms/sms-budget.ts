import * as z from 'zod/mini';
import type { Dynamo, Item, Key, Write } from '../aws/dynamo.ts';
import { rowSchema, rowStamp } from '../aws/row.ts';
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
import { smsSpentKey } from './sms-spent-key.ts';

/** Longer than any intent is retried (settings: messages.retrySeconds). */
const SPENT_KEPT_SECONDS = 2 * 24 * 60 * 60;

const budgetRow = rowSchema({
  spentMicroUsd: z.int(),
  reportedPercent: z.optional(z.int()),
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

const budgetKey = (day: string): Key => ({ pk: `SMS_BUDGET#${day}`, sk: 'SMS_BUDGET' });
const breakerKey = (country: string, window: string): Key => ({
  pk: `SMS_BREAKER#${country}#${window}`,
  sk: 'SMS_BREAKER',
});

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

  const payOnceWrite = (intentId: string): Write => ({
    kind: 'put',
    table: 'tokens',
    item: { ...smsSpentKey(intentId), ...rowStamp, expiresAtEpochSeconds: clock.nowSeconds() + SPENT_KEPT_SECONDS },
    condition: 'attribute_not_exists(#pk)',
  });

  const spendMoneyWrite = (day: CountedSpan, costMicroUsd: number): Write => ({
    kind: 'update',
    table: 'tokens',
    key: budgetKey(day.name),
    update: 'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end ADD #spentMicroUsd :cost',
    condition: 'attribute_not_exists(#spentMicroUsd) OR #spentMicroUsd <= :most',
    values: {
      ':version': rowStamp.schemaVersion,
      ':end': day.endsAtEpochSeconds,
      ':cost': costMicroUsd,
      ':most': budgetMicroUsd - costMicroUsd,
    },
  });

  const spendOneWrite = (policy: LimitPolicy, counted: string): Write => {
    const keyDigest = keyring.hmac('limit-key', `${policy.name}/${counted}`);
    return spendWindowWrite(limitWindow({ policy, keyDigest, shard: null, nowSeconds: clock.nowSeconds() }));
  };

  const countSentWrite = (country: string): Write => {
    const window = breakerWindow(clock.nowSeconds(), breaker.windowSeconds);
    return {
      kind: 'update',
      table: 'tokens',
      key: breakerKey(country, window.name),
      update:
        'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end, #earned = if_not_exists(#earned, :none) ADD #sent :one, #owed :ratio',
      condition: 'attribute_not_exists(#sent) OR #sent < :minimum OR #owed <= #earned',
      values: {
        ':version': rowStamp.schemaVersion,
        ':end': window.endsAtEpochSeconds,
        ':none': 0,
        ':one': 1,
        ':ratio': owedPerMessage(breaker.minimumVerifiedRatio),
        ':minimum': breaker.minimumSent,
      },
    };
  };

  const verifiedWrite = ({ country }: { country: string }) => {
    const window = breakerWindow(clock.nowSeconds(), breaker.windowSeconds);
    return {
      kind: 'update',
      table: 'tokens',
      key: breakerKey(country, window.name),
      update: 'SET #schemaVersion = :version, #expiresAtEpochSeconds = :end ADD #verified :one, #earned :earned',
      values: {
        ':version': rowStamp.schemaVersion,
        ':end': window.endsAtEpochSeconds,
        ':one': 1,
        ':earned': EARNED_PER_VERIFICATION,
      },
    } satisfies Write;
  };

  /** The caller that raises the mark reports the stage; reported or skipped stages are not reported again. */
  const reportStage = async (
    day: CountedSpan,
    item: Item | null,
    reached: BudgetStage | null,
  ): Promise<BudgetStage | null> => {
    const reported = item ? (budgetRow.parse(item).reportedPercent ?? 0) : 0;
    if (reached === null || reached <= reported) return null;
    const marked = await dynamo.write({
      kind: 'update',
      table: 'tokens',
      key: budgetKey(day.name),
      update: 'SET #reportedPercent = :reached',
      condition: 'attribute_exists(#pk) AND (attribute_not_exists(#reportedPercent) OR #reportedPercent < :reached)',
      values: { ':reached': reached },
    });
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
        const item = await dynamo.get('tokens', budgetKey(day.name));
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
