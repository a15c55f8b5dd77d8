import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../http-load.ts';

/** Requests at a constant rate, with more of them for a while. */
export interface ArrivalPlan {
  perSecond: number;
  seconds: number;
  spike: { fromSecond: number; seconds: number; factor: number };
}

/** When each request is to start, in milliseconds from the beginning, in ascending order. */
export const arrivalsOf = ({ perSecond, seconds, spike }: ArrivalPlan): number[] => {
  const arrivals: number[] = [];
  const endMs = seconds * 1000;
  const spikeMs = { from: spike.fromSecond * 1000, to: (spike.fromSecond + spike.seconds) * 1000 };
  const gapAt = (atMs: number): number =>
    1000 / (atMs >= spikeMs.from && atMs < spikeMs.to ? perSecond * spike.factor : perSecond);
  for (let atMs = 0; atMs < endMs; atMs += gapAt(atMs)) arrivals.push(atMs);
  return arrivals;
};

/** What came of one request. */
export interface Arrival {
  intendedMs: number;
  /** From the intended start to the answer: a server that stalls makes later requests wait, and their waits count. */
  latencyMs: number;
  /** The status of the answer; `null` where there was none. */
  status: number | null;
}

/**
 * Starts each request at its time, however long the ones before take: an open model, as people are.
 *
 * @param send makes the request of a number, and answers its status
 */
export const runArrivals = async (
  arrivalsMs: readonly number[],
  send: (index: number) => Promise<number>,
): Promise<Arrival[]> => {
  const beganMs = performance.now();
  const nowMs = (): number => performance.now() - beganMs;
  const answers: Promise<Arrival>[] = [];
  for (const [index, intendedMs] of arrivalsMs.entries()) {
    const aheadMs = intendedMs - nowMs();
    if (aheadMs > 0) await sleep(aheadMs);
    const answered = (status: number | null): Arrival => ({ intendedMs, latencyMs: nowMs() - intendedMs, status });
    answers.push(send(index).then(answered, () => answered(null)));
  }
  return Promise.all(answers);
};

/** Figures of some requests. */
export interface ArrivalSummary {
  requests: number;
  p50Ms: number;
  p99Ms: number;
  longestMs: number;
  /** Answers 429 and 503: the service would not take the request. */
  refused: number;
  /** All other answers above 299, and requests without one. */
  failed: number;
}

const REFUSALS = [429, 503];

/** Sums them up. @param arrivals at least one */
export const summariseArrivals = (arrivals: readonly Arrival[]): ArrivalSummary => {
  const sorted = arrivals.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  const isRefused = ({ status }: Arrival): boolean => status !== null && REFUSALS.includes(status);
  const isServed = ({ status }: Arrival): boolean => status !== null && status < 300;
  return {
    requests: arrivals.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    longestMs: sorted.at(-1) ?? Number.NaN,
    refused: arrivals.filter(isRefused).length,
    failed: arrivals.filter((one) => !isRefused(one) && !isServed(one)).length,
  };
};
