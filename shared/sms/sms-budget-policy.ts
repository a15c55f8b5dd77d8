import type { SmsClass } from '../contract/sms-requester.ts';
import type { LimitPolicy } from '../limits/rate-limit.ts';

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Money is counted in whole millionths of a US dollar, because sums of binary fractions drift. */
const MICRO_USD_PER_USD = 1_000_000;

/** People wait 30 s, then 60, 120 … between two codes, so a person who reads the messages does not reach this. */
const perNumber = (name: string): LimitPolicy => ({
  name,
  dimension: 'identifier',
  max: 5,
  windowSeconds: HOUR_SECONDS,
});

/**
 * SMS pumping uses whole number blocks whose operator is paid for traffic. Legitimate requests are spread over all
 * blocks; 100 for one block within an hour are an attack.
 */
const perPrefix = (name: string): LimitPolicy => ({
  name,
  dimension: 'identifier',
  max: 100,
  windowSeconds: HOUR_SECONDS,
});

/** Messages per number and per block of numbers. */
export const SMS_LIMITS: Readonly<Record<SmsClass, { perNumber: LimitPolicy; perPrefix: LimitPolicy }>> = {
  anyone: { perNumber: perNumber('sms/number'), perPrefix: perPrefix('sms/prefix') },
  account: { perNumber: perNumber('sms/account/number'), perPrefix: perPrefix('sms/account/prefix') },
  owner: { perNumber: perNumber('sms/owner/number'), perPrefix: perPrefix('sms/owner/prefix') },
  notice: { perNumber: perNumber('sms/notice/number'), perPrefix: perPrefix('sms/notice/prefix') },
  pending: { perNumber: perNumber('sms/pending/number'), perPrefix: perPrefix('sms/pending/prefix') },
  // No more than the spacing of its tokens lets pass (functions/deliver-messages/token-spacing.ts), so no stranger can use it up.
  recovery: { perNumber: { ...perNumber('sms/recovery/number'), max: 8 }, perPrefix: perPrefix('sms/recovery/prefix') },
};

/**
 * `+`, the country code and the digits of an operator or a city: +43660 and one more digit, +1 and an area code and two
 * more.
 */
const PREFIX_LENGTH = 7;

/** The number block. @param e164 canonical */
export const smsPrefix = (e164: string): string => e164.slice(0, PREFIX_LENGTH);

/** The operator's settings for the budget. */
export interface SmsBudgetNumbers {
  /** ISO 3166-1 alpha-2; numbers of other countries get no SMS. */
  countries: readonly string[];
  /** US dollars for a UTC day, 0 or more. */
  dailyBudgetUsd: number;
  /** Shares of the day's budget, 0…1 and together at most 1, that requesters with less to show can't spend. */
  reserved: { owners: number; accounts: number };
  /** US dollars for one segment, by country. */
  pricesUsd: Readonly<Record<string, number>>;
  /** US dollars for one segment in a country without a price. */
  fallbackPriceUsd: number;
  breaker: {
    windowSeconds: number;
    /** Messages in a window from which on the ratio is enforced. */
    minimumSent: number;
    /** Verified divided by sent, 0…1. */
    minimumVerifiedRatio: number;
  };
}

/** @param usd US dollars */
export const toMicroUsd = (usd: number): number => Math.round(usd * MICRO_USD_PER_USD);

/** Price of an SMS in millionths of a US dollar. @param segments 1 or more */
export const smsCostMicroUsd = (
  { pricesUsd, fallbackPriceUsd }: Pick<SmsBudgetNumbers, 'pricesUsd' | 'fallbackPriceUsd'>,
  { country, segments }: { country: string; segments: number },
): number => {
  const priceUsd = Object.hasOwn(pricesUsd, country) ? pricesUsd[country] : undefined;
  return segments * toMicroUsd(priceUsd ?? fallbackPriceUsd);
};

/** What a day has cost, in millionths of a US dollar. */
interface SpentMicroUsd {
  /** By all. */
  spentMicroUsd: number;
  /** By strangers and by accounts for numbers that they have not proven. */
  unprovenMicroUsd: number;
  /** By strangers. */
  anonymousMicroUsd: number;
}

/** One sum of a day, and what it may be at most. */
export interface SpendingCap {
  sum: keyof SpentMicroUsd;
  maxMicroUsd: number;
}

/**
 * The sums that an SMS counts towards, each with its bound. What strangers can spend is theirs alone: the owners' reserve is out
 * of reach of the other classes, and the accounts' reserve out of reach of strangers. Owners may spend all of a quiet day. Notices are the
 * accounts': who has a session makes as many changes as they like, and must not use up the codes of owners. Recoveries are strangers':
 * a stranger who knows a number can ask for one.
 */
export const spendingCaps = (
  { dailyBudgetUsd, reserved }: Pick<SmsBudgetNumbers, 'dailyBudgetUsd' | 'reserved'>,
  requestedBy: SmsClass,
): SpendingCap[] => {
  const budgetMicroUsd = toMicroUsd(dailyBudgetUsd);
  const without = (share: number): number => budgetMicroUsd - Math.round(budgetMicroUsd * share);
  const all: SpendingCap = { sum: 'spentMicroUsd', maxMicroUsd: budgetMicroUsd };
  const unproven: SpendingCap = { sum: 'unprovenMicroUsd', maxMicroUsd: without(reserved.owners) };
  const anonymous: SpendingCap = {
    sum: 'anonymousMicroUsd',
    maxMicroUsd: without(reserved.owners + reserved.accounts),
  };
  const ofAccounts = [all, unproven];
  const caps = {
    owner: [all],
    account: ofAccounts,
    notice: ofAccounts,
    pending: ofAccounts,
    anyone: [...ofAccounts, anonymous],
    recovery: [...ofAccounts, anonymous],
  };
  return caps[requestedBy];
};

/** Percentages of a day's budget that are reported. */
export type BudgetStage = 50 | 80 | 100;

const STAGES: readonly BudgetStage[] = [100, 80, 50];

/** The highest stage reached of a day's budget, or `null` below the first. */
export const budgetStage = ({
  spentMicroUsd,
  budgetMicroUsd,
}: {
  spentMicroUsd: number;
  budgetMicroUsd: number;
}): BudgetStage | null => STAGES.find((stage) => spentMicroUsd * 100 >= stage * budgetMicroUsd) ?? null;

/** A period with counters of its own; the name is part of their keys. */
export interface CountedSpan {
  name: string;
  endsAtEpochSeconds: number;
}

/** The UTC day of an instant, named by its date. */
export const utcDay = (nowSeconds: number): CountedSpan => {
  const startsAtEpochSeconds = nowSeconds - (nowSeconds % DAY_SECONDS);
  return {
    name: new Date(startsAtEpochSeconds * 1000).toISOString().slice(0, 'yyyy-mm-dd'.length),
    endsAtEpochSeconds: startsAtEpochSeconds + DAY_SECONDS,
  };
};

/** The breaker's window of an instant. */
export const breakerWindow = (nowSeconds: number, windowSeconds: number): CountedSpan => {
  const index = Math.floor(nowSeconds / windowSeconds);
  return { name: `${windowSeconds}-${index}`, endsAtEpochSeconds: (index + 1) * windowSeconds };
};

/**
 * DynamoDB's conditions compare attributes and can't calculate. So instead of verified / sent ≥ ratio they compare what
 * verifications have earned with what messages owe, both in whole thousandths.
 */
export const EARNED_PER_VERIFICATION = 1000;

/** Thousandths that one message owes. @param minimumVerifiedRatio 0…1 @see EARNED_PER_VERIFICATION */
export const owedPerMessage = (minimumVerifiedRatio: number): number =>
  Math.round(minimumVerifiedRatio * EARNED_PER_VERIFICATION);
