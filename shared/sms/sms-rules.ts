import * as z from 'zod/mini';
import type { Condition } from '../aws/conditions.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Key } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import type { SmsClass } from '../contract/sms-requester.ts';
import {
  breakerWindow,
  type CountedSpan,
  type SmsBudgetNumbers,
  type SpendingCap,
  smsCostMicroUsd,
  spendingCaps,
} from './sms-budget-policy.ts';

/** What a UTC day has cost. */
export const budgetRow = defineRow({
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
export const breakerRow = defineRow({
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

/** The part of an SMS that the rules of money and country look at. */
export interface CountedSms {
  country: string;
  requestedBy: SmsClass;
}

/** Whether the day's money pays for one more message. */
export interface MoneyRule {
  costMicroUsd: number;
  /** The sums that the message counts towards. */
  sums: readonly SpendingCap['sum'][];
  /** For the write that spends. A sum that is absent passes: what no sum allows, {@link refusalIn} of no row says. */
  allows: Condition;
  /** The same of a row that was read. @param row `null` where the day has cost nothing @returns `null` where it pays */
  refusalIn(row: RowOf<typeof budgetRow> | null): 'budget' | 'share' | null;
}

/** @param segments of the message, 1 or more */
export const moneyRule = (
  numbers: Pick<SmsBudgetNumbers, 'dailyBudgetUsd' | 'reserved' | 'pricesUsd' | 'fallbackPriceUsd'>,
  { country, requestedBy, segments }: CountedSms & { segments: number },
): MoneyRule => {
  const costMicroUsd = smsCostMicroUsd(numbers, { country, segments });
  const bounds = spendingCaps(numbers, requestedBy).map(({ sum, maxMicroUsd }) => ({
    sum,
    mostBefore: maxMicroUsd - costMicroUsd,
  }));
  const { and, or, lacks, atMost } = budgetRow.when;
  return {
    costMicroUsd,
    sums: bounds.map(({ sum }) => sum),
    allows: and(...bounds.map(({ sum, mostBefore }) => or(lacks(sum), atMost(sum, mostBefore)))),
    refusalIn: (row) => {
      const over = bounds.find(({ sum, mostBefore }) => (row?.[sum] ?? 0) > mostBefore);
      if (!over) return null;
      return over.sum === 'spentMicroUsd' ? 'budget' : 'share';
    },
  };
};

/** Whether a country's messages of a class are stopped, because too few of them are answered. */
export interface BreakerRule {
  window: CountedSpan;
  key: Key;
  /** For the write that counts a message, and for a check. */
  allows: Condition;
}

export const breakerRule = (
  { breaker }: Pick<SmsBudgetNumbers, 'breaker'>,
  { country, requestedBy }: CountedSms,
  nowSeconds: number,
): BreakerRule => {
  const window = breakerWindow(nowSeconds, breaker.windowSeconds);
  const { or, lacks, below, notAbove } = breakerRow.when;
  return {
    window,
    key: breakerRow.key(`${country}#${requestedBy}#${window.name}`),
    allows: or(lacks('sent'), below('sent', breaker.minimumSent), notAbove('owed', 'earned')),
  };
};
