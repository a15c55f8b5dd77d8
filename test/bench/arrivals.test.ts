import { describe, expect, it } from '@jest/globals';
import { arrivalsOf, runArrivals, summariseArrivals } from '../../bench/scale/arrivals.ts';
import { accountsNeededBy, filledEmailOf } from '../../bench/scale/mixed-load.ts';

const plan = { perSecond: 10, seconds: 9, spike: { fromSecond: 3, seconds: 3, factor: 5 } };

describe('arrivals at a constant rate', () => {
  it('come evenly, and five times as densely in the spike', () => {
    const arrivals = arrivalsOf(plan);

    const during = (from: number, to: number) => arrivals.filter((atMs) => atMs >= from && atMs < to).length;
    expect([during(0, 3000), during(3000, 6000), during(6000, 9000)]).toEqual([30, 150, 30]);
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
  });

  it('are as many as without a spike where it takes no time', () => {
    expect(arrivalsOf({ ...plan, spike: { ...plan.spike, seconds: 0 } })).toHaveLength(90);
  });

  it('start in their order, each once, whether or not the ones before are answered', async () => {
    const started: number[] = [];
    const all = Promise.withResolvers<void>();

    const arrivals = await runArrivals([0, 1, 2, 3], async (index) => {
      started.push(index);
      if (started.length === 4) all.resolve();
      await all.promise; // the first waits for the last
      return 200;
    });

    expect(started).toEqual([0, 1, 2, 3]);
    expect(arrivals.map(({ intendedMs }) => intendedMs)).toEqual([0, 1, 2, 3]);
  });

  it('count a wait from the intended start, also of a request that could only start later', async () => {
    const stall = new Int32Array(new SharedArrayBuffer(4));

    const arrivals = await runArrivals([0, 0], async (index) => {
      if (index === 0) Atomics.wait(stall, 0, 0, 50); // nothing else runs meanwhile
      return 200;
    });

    expect(arrivals.map(({ latencyMs }) => latencyMs >= 45)).toEqual([true, true]);
  });

  it('keep a request that got no answer', async () => {
    const [arrival] = await runArrivals([0], () => Promise.reject(new Error('reset')));

    expect(arrival?.status).toBeNull();
  });
});

describe('the summary of arrivals', () => {
  const of = (status: number | null, latencyMs: number) => ({ intendedMs: 0, latencyMs, status });

  it('tells refusals from failures', () => {
    const arrivals = [of(200, 1), of(204, 1), of(429, 1), of(503, 1), of(500, 1), of(401, 1), of(null, 1)];

    expect(summariseArrivals(arrivals)).toMatchObject({ requests: 7, refused: 2, failed: 3 });
  });

  it('has the quantiles of what it was given in any order', () => {
    const arrivals = Array.from({ length: 100 }, (_, index) => of(200, (index * 37) % 100));

    expect(summariseArrivals(arrivals)).toMatchObject({ p50Ms: 50, p99Ms: 99, longestMs: 99 });
  });
});

describe('the mixed load', () => {
  it('is about another filled account without a second factor in each recovery and each sign-in', () => {
    const requests = 400;
    const emails = new Set(Array.from({ length: requests }, (_, index) => filledEmailOf(index)));
    const numbers = [...emails].map((email) => Number(/\d+/.exec(email)?.[0]));

    expect(numbers.filter((number) => number % 2 === 1)).toEqual([]);
    expect(Math.max(...numbers)).toBeLessThan(4 * requests);
  });

  it('needs as many filled accounts as it asks for', () => {
    const requests = 400;
    const numbers = Array.from({ length: requests }, (_, index) => index)
      .filter((index) => [3, 11, 18, 7, 14].includes(index % 20))
      .map((index) => Number(/\d+/.exec(filledEmailOf(index))?.[0]));

    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBeLessThan(accountsNeededBy(requests));
  });
});
