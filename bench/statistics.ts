/** The median; for an even number the mean of the middle two. @param values at least one */
export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
};

/** The median of a sample, with a confidence interval. */
export interface Spread {
  median: number;
  /**
   * The interval covers the true median with at least 95 % probability (94 % with five values, where no more is
   * possible).
   */
  low: number;
  high: number;
}

const CONFIDENCE = 0.95;

/** With four values an interval would miss the true median one time in eight. */
export const LEAST_VALUES = 5;

/** Probability that at most `atMost` of n values lie below the true median. */
const tailOf = (atMost: number, n: number): number => {
  let probability = 0.5 ** n;
  let sum = probability;
  for (let k = 0; k < atMost; k += 1) {
    probability *= (n - k) / (k + 1);
    sum += probability;
  }
  return sum;
};

/** How many of the smallest and of the largest of n values lie outside the interval. */
const leftOut = (n: number): number => {
  let count = 0;
  while (1 - 2 * tailOf(count + 1, n) >= CONFIDENCE) count += 1;
  return count;
};

/** Probability that the interval of n values covers the true median. */
export const coverageOf = (n: number): number => 1 - 2 * tailOf(leftOut(n), n);

/**
 * The median and its interval by order statistics, as in the sign test: no assumption about the distribution, and
 * robust against outliers from a busy machine.
 *
 * @param values at least {@link LEAST_VALUES}
 */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const skip = leftOut(sorted.length);
  const [low = Number.NaN, high = Number.NaN] = [sorted[skip], sorted[sorted.length - 1 - skip]];
  return { median: medianOf(sorted), low, high };
};

/** A wider interval of a ratio can't tell 5 % from nothing. */
const WIDEST = 1.1;

/** Whether the rounds disagree too much for the median to mean anything. */
export const isTooNoisy = ({ low, high }: Spread): boolean => !(low > 0 && high / low <= WIDEST);

/** Verdict on a ratio with a limit. */
export type Verdict = 'within' | 'above' | 'too noisy';

/** `above` requires the whole interval above the limit; an undecided ratio is never `within`. */
export const verdictOf = (ratio: Spread, atMost: number): Verdict => {
  if (ratio.low > atMost) return 'above';
  return isTooNoisy(ratio) && !(ratio.high <= atMost) ? 'too noisy' : 'within';
};
