import type { Dynamo, Write } from '../aws/dynamo.ts';
import type { SmsRefusal } from '../contract/sms-refusals.ts';
import { isUnanswered, type SmsClass, type SmsRequester } from '../contract/sms-requester.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { spendWindowWrite } from '../limits/limit-counter.ts';
import { type LimitPolicy, limitWindow } from '../limits/rate-limit.ts';
import type { Clock } from '../primitives/clock.ts';
import type { PhoneNumber } from '../primitives/phone-number.ts';
import { reportBudgetStage } from './report-budget-stage.ts';
import { isServedCountry } from './served-countries.ts';
import {
  type BudgetStage,
  budgetStage,
  type CountedSpan,
  EARNED_PER_VERIFICATION,
  owedPerMessage,
  SMS_LIMITS,
  type SmsBudgetNumbers,
  smsPrefix,
  toMicroUsd,
  utcDay,
} from './sms-budget-policy.ts';
import { breakerRow, breakerRule, budgetRow, type CountedSms, type MoneyRule, moneyRule } from './sms-rules.ts';
import { smsSpentRow } from './sms-spent-row.ts';

/** Longer than any intent is retried (settings: messages.retrySeconds). */
const SPENT_KEPT_SECONDS = 2 * 24 * 60 * 60;

/** An SMS before it is sent. */
export interface SmsToSend {
  to: PhoneNumber;
  /** Selects the reserves that are out of reach, the breaker, and the counters of the number and its block. */
  requestedBy: SmsClass;
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

/** The rules that DynamoDB checks, in the order of their writes; `paid` refuses what was charged before. */
const COUNTED_RULES = ['money', 'prefix', 'number', 'paid', 'breaker'] as const;

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
  const budgetMicroUsd = toMicroUsd(numbers.dailyBudgetUsd);

  const payOnceWrite = (intentId: string): Write =>
    smsSpentRow.putWrite(
      smsSpentRow.key(intentId),
      { expiresAtEpochSeconds: clock.nowSeconds() + SPENT_KEPT_SECONDS },
      smsSpentRow.when.isNew,
    );

  const spendMoneyWrite = (day: CountedSpan, { sums, costMicroUsd, allows }: MoneyRule): Write =>
    budgetRow.upsertWrite(
      budgetRow.key(day.name),
      {
        set: { expiresAtEpochSeconds: day.endsAtEpochSeconds },
        add: Object.fromEntries(sums.map((sum) => [sum, costMicroUsd])),
      },
      allows,
    );

  const spendOneWrite = (policy: LimitPolicy, counted: string): Write => {
    const keyDigest = keyring.hmac('limit-key', `${policy.name}/${counted}`);
    return spendWindowWrite(limitWindow({ policy, keyDigest, shard: null, nowSeconds: clock.nowSeconds() }));
  };

  const countSentWrite = (sent: CountedSms): Write => {
    const { window, key, allows } = breakerRule(numbers, sent, clock.nowSeconds());
    return breakerRow.upsertWrite(
      key,
      {
        set: { expiresAtEpochSeconds: window.endsAtEpochSeconds },
        setIfAbsent: { earned: 0 },
        add: { sent: 1, owed: owedPerMessage(numbers.breaker.minimumVerifiedRatio) },
      },
      allows,
    );
  };

  const verifiedWrite: SmsBudget['verifiedWrite'] = (verified) => {
    const { window, key } = breakerRule(numbers, verified, clock.nowSeconds());
    return breakerRow.upsertWrite(key, {
      set: { expiresAtEpochSeconds: window.endsAtEpochSeconds },
      add: { verified: 1, earned: EARNED_PER_VERIFICATION },
    });
  };

  return {
    spend: async ({ to: { e164, country }, requestedBy, segments, intentId }) => {
      if (!isServedCountry(numbers, { country })) return { refusedBy: 'country', crossedPercent: null };
      const money = moneyRule(numbers, { country, requestedBy, segments });
      // The day's first message of a class has no sum yet whose condition could refuse it.
      const unaffordable = money.refusalIn(null);
      if (unaffordable) return { refusedBy: unaffordable, crossedPercent: null };

      const day = utcDay(clock.nowSeconds());
      const result = await dynamo.transact([
        spendMoneyWrite(day, money),
        spendOneWrite(SMS_LIMITS[requestedBy].perPrefix, smsPrefix(e164)),
        spendOneWrite(SMS_LIMITS[requestedBy].perNumber, e164),
        payOnceWrite(intentId),
        // It asks for no code: as unanswered it would stop the codes of its country.
        ...(isUnanswered(requestedBy) ? [] : [countSentWrite({ country, requestedBy })]),
      ]);
      if (result.won) {
        const item = await dynamo.get('tokens', budgetRow.key(day.name));
        const spentMicroUsd = item ? budgetRow.parse(item).spentMicroUsd : 0;
        const crossedPercent = await reportBudgetStage(dynamo, {
          day,
          item,
          reached: budgetStage({ spentMicroUsd, budgetMicroUsd }),
        });
        return { refusedBy: null, crossedPercent };
      }
      const refusals = COUNTED_RULES.filter((_, index) => result.refusals[index]);
      if (refusals.includes('paid')) return { refusedBy: null, crossedPercent: null };
      const [refusedBy] = refusals;
      if (!refusedBy || refusedBy === 'paid') throw new Error('a transaction was refused by none of its conditions');
      if (refusedBy !== 'money') return { refusedBy, crossedPercent: null };
      const item = result.refusals[0]?.current ?? null;
      return money.refusalIn(item && budgetRow.parse(item)) === 'budget'
        ? { refusedBy: 'budget', crossedPercent: await reportBudgetStage(dynamo, { day, item, reached: 100 }) }
        : { refusedBy: 'share', crossedPercent: null };
    },

    verifiedWrite,
  };
};

/** Under the operator's budget and prices. */
export const provideSmsBudget = (scope: Scope<'sms'> & Ports): SmsBudget =>
  makeSmsBudget({ ...scope, numbers: scope.settings.sms });
