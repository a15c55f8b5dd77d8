import { interval } from '../against/report.ts';
import { textTable } from '../text-table.ts';
import { type Arrival, type ArrivalPlan, summariseArrivals } from './arrivals.ts';
import { differingCounts, isBeyondNoise, type SizedFlow } from './compare-sizes.ts';
import { type GrowthStep, grownKinds } from './item-growth.ts';
import type { MixedLoad } from './mixed-load.ts';

/** Lines about one part, and what of it does not hold. */
export interface ScaleReport {
  lines: string[];
  broken: string[];
}

const count = (value: number): string => String(Number(value.toFixed(2)));

/** The flows on databases of two sizes. */
export const reportSizes = (flows: readonly SizedFlow[], accounts: number): ScaleReport => ({
  lines: textTable([
    ['flow', 'round trips', 'read units', 'write units', `CPU, ${accounts} to 1000`, '1000 to 1000', ''],
    ...flows.map((one) => {
      const { flow, trips, noise, ratio } = one;
      const both = (name: 'roundTrips' | 'readUnits' | 'writeUnits'): string =>
        differingCounts(trips).includes(name)
          ? `${count(trips.small[name])} → ${count(trips.large[name])}`
          : count(trips.large[name]);
      return [
        flow,
        both('roundTrips'),
        both('readUnits'),
        both('writeUnits'),
        `${ratio.median.toFixed(2)} (${interval(ratio)})`,
        `${noise.median.toFixed(2)} (${interval(noise)})`,
        isBeyondNoise(one) ? 'beyond the noise' : 'within the noise',
      ];
    }),
  ]),
  broken: flows.flatMap((one) => [
    ...differingCounts(one.trips).map((name) => `${one.flow}: ${name} differ with the number of accounts`),
    ...(isBeyondNoise(one) ? [`${one.flow}: CPU grows with the number of accounts`] : []),
  ]),
});

/** The rows of one account after more and more sign-ins. */
export const reportGrowth = (steps: readonly GrowthStep[]): ScaleReport => {
  const kinds = [...new Set(steps.flatMap((step) => [...step.kinds.keys()]))].toSorted();
  return {
    lines: textTable([
      ['rows of one account: number, bytes of the largest', ...steps.map(({ signIns }) => `after ${signIns} sign-ins`)],
      ...kinds.map((kind) => [
        kind,
        ...steps.map((step) => {
          const size = step.kinds.get(kind);
          return size ? `${size.rows}, ${size.largestBytes}` : '';
        }),
      ]),
    ]),
    broken: grownKinds(steps).map((kind) => `rows of ${kind} grow with every sign-in`),
  };
};

const arrivalCells = (name: string, arrivals: readonly Arrival[]): string[][] => {
  if (arrivals.length === 0) return [];
  const { requests, p50Ms, p99Ms, longestMs, refused, failed } = summariseArrivals(arrivals);
  const milliseconds = [p50Ms, p99Ms, longestMs].map((value) => value.toFixed(0));
  return [[name, String(requests), ...milliseconds, String(refused), String(failed)]];
};

/** The load, apart in its spike. */
export const reportLoad = (
  { arrivals, acknowledged, missing }: MixedLoad,
  { perSecond, spike }: ArrivalPlan,
): ScaleReport => {
  const [fromMs, toMs] = [spike.fromSecond * 1000, (spike.fromSecond + spike.seconds) * 1000];
  const isInSpike = ({ intendedMs }: Arrival): boolean => intendedMs >= fromMs && intendedMs < toMs;
  const { failed } = summariseArrivals(arrivals);
  return {
    lines: [
      ...textTable([
        ['latency from the intended start, ms', 'requests', 'median', 'p99', 'longest', 'refused', 'failed'],
        ...arrivalCells(
          `${perSecond} a second`,
          arrivals.filter((one) => !isInSpike(one)),
        ),
        ...arrivalCells(`${perSecond * spike.factor} a second`, arrivals.filter(isInSpike)),
      ]),
      `${acknowledged} recovery mails were acknowledged, ${acknowledged - missing.length} arrived`,
    ],
    broken: [
      ...(failed > 0 ? [`${failed} requests failed`] : []),
      ...(missing.length > 0
        ? [`${missing.length} acknowledged mails did not arrive: ${missing.slice(0, 5).join(', ')}`]
        : []),
    ],
  };
};
