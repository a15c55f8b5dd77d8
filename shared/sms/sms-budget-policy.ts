import type { LimitPolicy } from '../limits/rate-limit.ts';

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Money is counted in whole millionths of a US dollar: fractions of a cent add up, and binary fractions would drift. */
const MICRO_USD_PER_USD = 1_000_000;

/**
 * Who wants a message sent: anybody who names a number; an account, to a number that it says is its own; or an account, to the
 * number that it has proven. Each is counted apart. In one counter, whoever knows a number, or names it as theirs in accounts
 * that cost nothing, could use its messages up and keep its owner from signing in.
 */
export type SmsRequester = 'anyone' | 'account' | 'owner';

/** Between two codes a person waits 30 s, then 60, 120 …: nobody who reads the messages gets here. */
const perNumber = (name: string): LimitPolicy => ({
  name,
  dimension: 'identifier',
  max: 5,
  windowSeconds: HOUR_SECONDS,
});

/**
 * Pumping runs through whole blocks of numbers that one operator holds and is paid for; people who need a code are spread
 * over all blocks, and 100 of one block within an hour are no coincidence.
 */
const perPrefix = (name: string): LimitPolicy => ({
  name,
  dimension: 'identifier',
  max: 100,
  windowSeconds: HOUR_SECONDS,
});

/** How many messages a number, and a block of numbers, gets; the money and the breaker are everybody's together. */
export const SMS_LIMITS: Readonly<Record<SmsRequester, { perNumber: LimitPolicy; perPrefix: LimitPolicy }>> = {
  anyone: { perNumber: perNumber('sms/number'), perPrefix: perPrefix('sms/prefix') },
  account: { perNumber: perNumber('sms/account/number'), perPrefix: perPrefix('sms/account/prefix') },
  owner: { perNumber: perNumber('sms/owner/number'), perPrefix: perPrefix('sms/owner/prefix') },
};

/** `+`, the country and what names an operator or a city: +43660 and one digit more, +1 and an area code and two. */
const PREFIX_LENGTH = 7;

/** The block that a number is in. @param e164 canonical */
export const smsPrefix = (e164: string): string => e164.slice(0, PREFIX_LENGTH);

/** The numbers that an operator chooses. */
export interface SmsBudgetNumbers {
  /** ISO 3166-1 alpha-2; others get nothing. */
  countries: readonly string[];
  /** US dollars for a UTC day, 0 or more. */
  dailyBudgetUsd: number;
  /** US dollars for one segment, by country. */
  pricesUsd: Readonly<Record<string, number>>;
  /** US dollars for one segment in a country without a price. */
  fallbackPriceUsd: number;
  breaker: {
    windowSeconds: number;
    /** From so many on, the ratio counts. */
    minimumSent: number;
    /** Verified to sent, 0…1. */
    minimumVerifiedRatio: number;
  };
}

/** An amount as it is counted. @param usd US dollars */
export const toMicroUsd = (usd: number): number => Math.round(usd * MICRO_USD_PER_USD);

/** What an SMS costs, in millionths of a US dollar. @param segments 1 or more */
export const smsCostMicroUsd = (
  { pricesUsd, fallbackPriceUsd }: Pick<SmsBudgetNumbers, 'pricesUsd' | 'fallbackPriceUsd'>,
  { country, segments }: { country: string; segments: number },
): number => {
  const priceUsd = Object.hasOwn(pricesUsd, country) ? pricesUsd[country] : undefined;
  return segments * toMicroUsd(priceUsd ?? fallbackPriceUsd);
};

/** The parts of a day's budget that somebody wants to hear of. */
export type BudgetStage = 50 | 80 | 100;

const STAGES: readonly BudgetStage[] = [100, 80, 50];

/** How far a day's budget is gone: the highest stage that is reached, or `null` below the first. */
export const budgetStage = ({
  spentMicroUsd,
  budgetMicroUsd,
}: {
  spentMicroUsd: number;
  budgetMicroUsd: number;
}): BudgetStage | null => STAGES.find((stage) => spentMicroUsd * 100 >= stage * budgetMicroUsd) ?? null;

/** A stretch of time that counters are kept for; its name is part of their key. */
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

/** The window of the breaker that an instant falls into. */
export const breakerWindow = (nowSeconds: number, windowSeconds: number): CountedSpan => {
  const index = Math.floor(nowSeconds / windowSeconds);
  return { name: `${windowSeconds}-${index}`, endsAtEpochSeconds: (index + 1) * windowSeconds };
};

/**
 * The breaker's two sides. DynamoDB's conditions compare attributes and can't calculate, so instead of
 * verified / sent ≥ ratio they compare what verifications have earned with what messages owe, both in whole thousandths.
 */
export const EARNED_PER_VERIFICATION = 1000;

/** What one message owes. @param minimumVerifiedRatio 0…1 @see EARNED_PER_VERIFICATION */
export const owedPerMessage = (minimumVerifiedRatio: number): number =>
  Math.round(minimumVerifiedRatio * EARNED_PER_VERIFICATION);
