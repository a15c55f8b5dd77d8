/** How well one duration tells two kinds of requests apart: 0.5 for not at all, 1 or 0 for always. */
export interface Auc {
  area: number;
  /** The interval that holds the true area in 95 of 100 runs. */
  interval: readonly [number, number];
}

/** Two-sided 95 % of the normal distribution. */
const Z_95 = 1.96;

/**
 * The area under the receiver operating characteristic of a reader who says "the second kind" above some duration. By ranks
 * (Mann and Whitney), ties count half; the interval is that of Hanley and McNeil.
 *
 * @param first durations of one kind, at least two
 * @param second of the other
 * @see https://doi.org/10.1148/radiology.143.1.7063747
 */
export const areaUnderCurve = (first: readonly number[], second: readonly number[]): Auc => {
  const all = [...first.map((ms) => ({ ms, isSecond: false })), ...second.map((ms) => ({ ms, isSecond: true }))];
  all.sort((a, b) => a.ms - b.ms);
  let rankSum = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.ms === all[from]?.ms) to += 1;
    const rank = (from + 1 + to) / 2;
    rankSum += rank * all.slice(from, to).filter(({ isSecond }) => isSecond).length;
    from = to;
  }
  const [n, m] = [second.length, first.length];
  const area = (rankSum - (n * (n + 1)) / 2) / (n * m);
  const squared = area * area;
  const [ofSecond, ofFirst] = [area / (2 - area), (2 * squared) / (1 + area)];
  const variance = (area * (1 - area) + (n - 1) * (ofSecond - squared) + (m - 1) * (ofFirst - squared)) / (n * m);
  const half = Z_95 * Math.sqrt(Math.max(0, variance));
  return { area, interval: [area - half, area + half] };
};
