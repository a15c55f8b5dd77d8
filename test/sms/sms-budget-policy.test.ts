import { describe, expect, it } from '@jest/globals';
import {
  breakerWindow,
  budgetStage,
  EARNED_PER_VERIFICATION,
  owedPerMessage,
  SMS_LIMITS,
  smsCostMicroUsd,
  smsPrefix,
  toMicroUsd,
  utcDay,
} from '../../shared/sms/sms-budget-policy.ts';

const PRICES = { pricesUsd: { AT: 0.1, US: 0.0125 }, fallbackPriceUsd: 0.35 };

describe('sms-budget', () => {
  it.each([
    ['AT', 1, 100_000],
    ['AT', 3, 300_000],
    ['US', 2, 25_000],
    ['NZ', 1, 350_000],
    ['constructor', 1, 350_000],
  ])('knows what %s costs for %i segments', (country, segments, microUsd) => {
    expect(smsCostMicroUsd(PRICES, { country, segments })).toBe(microUsd);
  });

  it.each([
    ['anyone', 'sms'],
    ['account', 'sms/account'],
    ['owner', 'sms/owner'],
  ] as const)(
    'gives a number five messages an hour and a block of numbers a hundred, counted for %s alone',
    (by, name) => {
      const hourly = { dimension: 'identifier', windowSeconds: 3600 };

      expect(SMS_LIMITS[by]).toEqual({
        perNumber: { ...hourly, name: `${name}/number`, max: 5 },
        perPrefix: { ...hourly, name: `${name}/prefix`, max: 100 },
      });
    },
  );

  it('counts money in whole numbers: thirty times a cent is thirty cents', () => {
    const thirty = Array.from({ length: 30 }, () => toMicroUsd(0.01)).reduce((sum, one) => sum + one, 0);

    expect(thirty).toBe(toMicroUsd(0.3));
    expect(Number.isSafeInteger(toMicroUsd(100_000))).toBe(true);
  });

  it.each([
    [0, null],
    [499, null],
    [500, 50],
    [799, 50],
    [800, 80],
    [999, 80],
    [1000, 100],
    [1001, 100],
  ])('finds for %i of 1000 the stage %s', (spentMicroUsd, stage) => {
    expect(budgetStage({ spentMicroUsd, budgetMicroUsd: 1000 })).toBe(stage);
  });

  it.each([
    ['+436601234567', '+436601'],
    ['+12015550123', '+120155'],
    ['+5001234', '+500123'],
  ])('finds the block of %s', (e164, prefix) => {
    expect(smsPrefix(e164)).toBe(prefix);
  });

  it('names the UTC day, which ends at midnight', () => {
    const midnight = Date.UTC(2026, 10, 22) / 1000;

    expect(utcDay(midnight - 1)).toEqual({ name: '2026-11-21', endsAtEpochSeconds: midnight });
    expect(utcDay(midnight)).toEqual({ name: '2026-11-22', endsAtEpochSeconds: midnight + 86_400 });
  });

  it('names windows that follow each other without a gap', () => {
    const first = breakerWindow(7200, 3600);

    expect(breakerWindow(10_799, 3600)).toEqual(first);
    expect(first.endsAtEpochSeconds).toBe(10_800);
    expect(breakerWindow(10_800, 3600).name).not.toBe(first.name);
    expect(breakerWindow(7200, 1800).name).not.toBe(first.name);
  });

  it('lets a verification earn as many messages as the ratio says', () => {
    expect(EARNED_PER_VERIFICATION / owedPerMessage(0.2)).toBe(5);
    expect(owedPerMessage(0)).toBe(0);
    expect(owedPerMessage(0.333)).toBe(333);
  });
});
