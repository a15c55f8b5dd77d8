import * as z from 'zod/mini';
import type { Dynamo, Item, Key, Write } from '../aws/dynamo.ts';
import { rowSchema, rowStamp } from '../aws/row.ts';
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
import { smsSpentKey } from './sms-spent-key.ts';

/** Longer than any intent is tried for (settings: messages.retrySeconds). */
const SPENT_KEPT_SECONDS = 2 * 24 * 60 * 60;

const budgetRow = rowSchema({
  spentMicroUsd: z.int(),
  reportedPercent: z.optional(z.int()),
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

const budgetKey = (day: string): Key => ({ pk: `SMS_BUDGET#${day}`, sk: 'SMS_BUDGET' });
const breakerKey = (country: string, window: string): Key => ({
  pk: `SMS_BREAKER#${country}#${window}`,
  sk: 'SMS_BREAKER',
});

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

  /** Whoever raises the mark is the one to tell; a stage that was told, or passed over, is not told again. */
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
        const item = await dynamo.get('tokens', budgetKey(day.name));
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

/** Under the operator's budget and prices. */
export const provideSmsBudget = (scope: Scope<'sms'> & Ports): SmsBudget =>
  makeSmsBudget({ ...scope, numbers: scope.settings.sms });
