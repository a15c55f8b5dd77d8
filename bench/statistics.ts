/** The value in the middle; of an even number the mean of both. @param values at least one */
export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
};

/** The median of a sample, and where the true one is. */
export interface Spread {
  median: number;
  /** The interval holds the true median with at least 95 % probability (94 % with five values, which can't show more). */
  low: number;
  high: number;
}

const CONFIDENCE = 0.95;

/** Below five values no interval says anything: with four, one in eight misses. */
export const LEAST_VALUES = 5;

/** How probable it is that at most so many of n values lie below the true median. */
const tailOf = (atMost: number, n: number): number => {
  let probability = 0.5 ** n;
  let sum = probability;
  for (let k = 0; k < atMost; k += 1) {
    probability *= (n - k) / (k + 1);
    sum += probability;
  }
  return sum;
};

/** How many of the least and of the greatest values the interval of n values can leave out. */
const leftOut = (n: number): number => {
  let count = 0;
  while (1 - 2 * tailOf(count + 1, n) >= CONFIDENCE) count += 1;
  return count;
};

/** How probable it is that the interval of n values holds the true median. */
export const coverageOf = (n: number): number => 1 - 2 * tailOf(leftOut(n), n);

/**
 * The median and its interval by order statistics, as the sign test has it: it assumes nothing of how the values are distributed, and a few
 * that a busy machine spoiled don't move it.
 *
 * @param values at least {@link LEAST_VALUES}
 */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const skip = leftOut(sorted.length);
  const [low = Number.NaN, high = Number.NaN] = [sorted[skip], sorted[sorted.length - 1 - skip]];
  return { median: medianOf(sorted), low, high };
};

/** The interval of a ratio may be this wide; what is wider can't tell 5 % from nothing. */
const WIDEST = 1.1;

/** Whether the rounds disagree so much that the median says nothing. */
export const isTooNoisy = ({ low, high }: Spread): boolean => !(low > 0 && high / low <= WIDEST);

/** What the rounds say of a ratio that has a limit. */
export type Verdict = 'within' | 'above' | 'too noisy';

/** Above is what is so with its whole interval; what the rounds can't tell is not within. */
export const verdictOf = (ratio: Spread, atMost: number): Verdict => {
  if (ratio.low > atMost) return 'above';
  return isTooNoisy(ratio) && !(ratio.high <= atMost) ? 'too noisy' : 'within';
};
