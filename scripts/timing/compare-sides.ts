import { type Auc, areaUnderCurve } from './area-under-curve.ts';
import type { Pair, Side } from './pairs.ts';

/** The first requests of a side compile code, and open connections. */
const WARM_UP = 50;

const timed = async ({ prepare, send }: Side): Promise<number> => {
  await prepare?.();
  const before = performance.now();
  await send();
  return performance.now() - before;
};

/**
 * Sends both sides of a pair by turns, in an order that chance draws for each turn, so that what happens to the machine happens to
 * both.
 *
 * @param samples of each side
 * @param isFirstFirst a fair coin
 */
export const compareSides = async (
  { sides: [first, second] }: Pair,
  { samples, isFirstFirst }: { samples: number; isFirstFirst: () => boolean },
): Promise<Auc> => {
  const durations = new Map<Side, number[]>([
    [first, []],
    [second, []],
  ]);
  for (let turn = -WARM_UP; turn < samples; turn += 1) {
    for (const side of isFirstFirst() ? [first, second] : [second, first]) {
      const milliseconds = await timed(side);
      if (turn >= 0) durations.get(side)?.push(milliseconds);
    }
  }
  return areaUnderCurve(durations.get(first) ?? [], durations.get(second) ?? []);
};
