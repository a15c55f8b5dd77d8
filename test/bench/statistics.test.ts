import { describe, expect, it } from '@jest/globals';
import { coverageOf, isTooNoisy, medianOf, spreadOf, verdictOf } from '../../bench/statistics.ts';

/** Reproducible numbers from 0 to 1 (Lehmer's generator with the parameters of Park and Miller). */
const makeNumbers = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

describe('the median', () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, median) => {
    expect(medianOf(values)).toBe(median);
  });
});

describe('the interval of a median', () => {
  it.each([
    { count: 5, leftOut: 0 },
    { count: 8, leftOut: 0 },
    { count: 9, leftOut: 1 },
    { count: 12, leftOut: 2 },
    { count: 20, leftOut: 5 },
  ])('leaves out $leftOut of $count values at each end, as tables of the sign test have it', ({ count, leftOut }) => {
    const values = Array.from({ length: count }, (_, index) => index + 1);

    expect(spreadOf(values)).toMatchObject({ low: 1 + leftOut, high: count - leftOut });
  });

  it('has 93.75 % with five values, which can show no more, and at least 95 % with more', () => {
    expect(coverageOf(5)).toBe(0.9375);
    for (let count = 6; count <= 99; count += 1) expect([count, coverageOf(count) >= 0.95]).toEqual([count, true]);
  });

  it('holds the true median as often as it says, also of values that are anything but normally distributed', () => {
    const number = makeNumbers(9);
    const trials = 4000;
    let held = 0;

    for (let trial = 0; trial < trials; trial += 1) {
      const { low, high } = spreadOf(Array.from({ length: 9 }, () => number() ** 4));
      if (low <= 0.5 ** 4 && high >= 0.5 ** 4) held += 1;
    }

    expect(Math.abs(held / trials - coverageOf(9))).toBeLessThan(0.012);
  });

  it('is not moved by one round that the machine spoiled', () => {
    const { median, low, high } = spreadOf([1, 1.01, 0.99, 1, 1.02, 0.98, 1, 1.01, 7]);

    expect([low, median, high]).toEqual([0.99, 1, 1.02]);
  });
});

describe('a ratio', () => {
  const ratio = (low: number, median: number, high: number) => ({ low, median, high });

  it.each([
    [ratio(0.97, 1, 1.03), false],
    [ratio(0.94, 1, 1.05), true],
    [ratio(1.2, 1.3, 1.4), true],
    [ratio(-0.1, 1, 1.1), true],
    [ratio(Number.NaN, Number.NaN, Number.NaN), true],
  ])('%j is too noisy: %s', (spread, isNoisy) => {
    expect(isTooNoisy(spread)).toBe(isNoisy);
  });

  it.each([
    ['within', ratio(0.98, 1, 1.02)],
    ['within', ratio(1.02, 1.045, 1.07)], // not clearly above
    ['within', ratio(0.8, 0.9, 1.04)], // noisy, but not above
    ['above', ratio(1.06, 1.08, 1.1)],
    ['above', ratio(1.2, 1.4, 1.9)], // noisy, but above
    ['too noisy', ratio(0.9, 1, 1.1)],
    ['too noisy', ratio(1.05, 1.1, 1.2)],
  ] as const)('is %s of 1.05: %j', (verdict, spread) => {
    expect(verdictOf(spread, 1.05)).toBe(verdict);
  });
});
