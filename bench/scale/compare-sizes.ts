import { measureFlow, type RunningTree } from '../against/measure-flow.ts';
import type { Pair } from '../against/pair.ts';
import { countTrips } from '../measure-load.ts';
import type { Scenario } from '../scenario.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import type { Trips } from '../trips.ts';

/** The service on a small database, on another one as small, and on a large one. */
export type Sizes<T> = Record<'small' | 'again' | 'large', T>;

/** A flow on databases of two sizes. */
export interface SizedFlow {
  flow: string;
  trips: Pick<Sizes<Trips>, 'small' | 'large'>;
  /** CPU on the other small database, as a ratio to the small one: what two runs of the same differ by. */
  noise: Spread;
  /** CPU on the large database, likewise. */
  ratio: Spread;
}

/** Averages of a few operations add up to the same with small errors of their own. */
const ROUNDING = 1e-9;

const COUNTED = ['roundTrips', 'readUnits', 'writeUnits'] as const;

/** The counts that differ between the sizes; waits are left out, which depend on how quickly calls are answered. */
export const differingCounts = ({ small, large }: SizedFlow['trips']): string[] =>
  COUNTED.filter((name) => Math.abs(small[name] - large[name]) > ROUNDING);

/** Whether CPU on the large database is above all that two runs on small ones differ by. */
export const isBeyondNoise = ({ noise, ratio }: Pick<SizedFlow, 'noise' | 'ratio'>): boolean => ratio.low > noise.high;

const cpuRatio = async (scenario: Scenario, both: Pair<RunningTree>, turn: number): Promise<number> => {
  const { there, here } = await measureFlow(scenario, both, turn);
  return here.cpuMs / there.cpuMs;
};

/** Measures one flow on all three, in rounds. @param start new processes of each */
export const compareSizes = async (
  scenarios: readonly Scenario[],
  {
    rounds,
    start,
    show,
  }: { rounds: number; start(): Promise<Sizes<RunningTree>>; show(what: string, share: number): void },
): Promise<SizedFlow[]> => {
  const measured = scenarios.map((scenario) => ({ scenario, noise: [] as number[], ratios: [] as number[] }));
  const trips = new Map<string, SizedFlow['trips']>();
  for (let round = 0; round < rounds; round += 1) {
    const { small, again, large } = await start();
    for (const [index, { scenario, noise, ratios }] of measured.entries()) {
      const { flow } = scenario;
      show(flow, (round * measured.length + index) / (rounds * measured.length));
      if (round === 0) {
        trips.set(flow, {
          small: await countTrips(scenario, small.staged),
          large: await countTrips(scenario, large.staged),
        });
      }
      noise.push(await cpuRatio(scenario, { there: small, here: again }, round + index));
      ratios.push(await cpuRatio(scenario, { there: small, here: large }, round + index));
    }
    for (const { target } of [small, again, large]) target.stop();
  }
  show('flows', 1);
  return measured.flatMap(({ scenario: { flow }, noise, ratios }) => {
    const counted = trips.get(flow);
    return counted ? [{ flow, trips: counted, noise: spreadOf(noise), ratio: spreadOf(ratios) }] : [];
  });
};
