import { describe, expect, it } from '@jest/globals';
import { areaUnderCurve } from '../../scripts/timing/area-under-curve.ts';
import { compareSides } from '../../scripts/timing/compare-sides.ts';
import { openPairs } from '../../scripts/timing/pairs.ts';
import { startWorld } from '../support/world.ts';

describe('the area under the curve', () => {
  it.each<[string, number[], number[], number]>([
    ['is 1 where the second kind always takes longer', [1, 2], [3, 4], 1],
    ['is 0 where it never does', [3, 4], [1, 2], 0],
    ['is one half where both are alike', [1, 2, 3], [1, 2, 3], 0.5],
    ['counts the pairs in which it does', [1, 3], [2, 4], 0.75],
    ['counts ties half', [1, 1], [1, 2], 0.75],
  ])('%s', (_what, first, second, area) => {
    expect(areaUnderCurve(first, second).area).toBe(area);
  });

  it('has an interval that narrows with the root of the samples', () => {
    const half = (count: number): number => {
      const durations = Array.from({ length: count }, (_, index) => index);
      const [low, high] = areaUnderCurve(durations, durations).interval;
      return (high - low) / 2;
    };

    expect(half(6000)).toBeCloseTo(0.0103, 3);
    expect(half(600) / half(6000)).toBeCloseTo(Math.sqrt(10), 1);
  });
});

describe('two sides that are timed by turns', () => {
  const busyFor = (milliseconds: number) => async () => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  const pairOf = (first: number, second: number) => ({
    name: 'busy',
    sides: [
      { name: 'first', send: busyFor(first) },
      { name: 'second', send: busyFor(second) },
    ] as const,
  });

  it('are told apart where one does more', async () => {
    const { interval } = await compareSides(pairOf(0.2, 1), { samples: 30, isFirstFirst: () => true });

    expect(interval[0]).toBeGreaterThan(0.53);
  });

  it('are prepared before they are timed, each time', async () => {
    const done: string[] = [];
    const side = (name: string) => ({
      name,
      prepare: async () => done.push(`prepare ${name}`),
      send: async () => done.push(name),
    });
    await compareSides({ name: 'noted', sides: [side('a'), side('b')] }, { samples: 1, isFirstFirst: () => false });

    expect(done.slice(-4)).toEqual(['prepare b', 'b', 'prepare a', 'a']);
  });
});

describe('the pairs that are timed', () => {
  it('answer alike on both sides', async () => {
    const world = await startWorld();
    const answers: [string, number, object][] = [];
    for (const { name, sides } of await openPairs(world)) {
      for (const side of sides) {
        await side.prepare?.();
        const { status, body } = (await side.send()) as { status: number; body: object };
        answers.push([name, status, { ...body, instance: null }]);
      }
    }
    await world.close();

    const [first, second] = [0, 1].map((odd) => answers.filter((_, index) => index % 2 === odd));
    expect(first).toEqual(second);
  });
});
