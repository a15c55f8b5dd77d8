import { loadOnce } from '../cold-start.ts';
import { bareMsOf, callsOf, countTrips, cpuMsOf, gatewayMsOf, runCalls } from '../measure-load.ts';
import type { Answers, BundledFunction } from '../protocol.ts';
import type { Scenario } from '../scenario.ts';
import { type MeasuredTarget, openStage, type StagedTree } from '../stage.ts';
import { TargetLost, type Tree } from '../start-target.ts';
import type { Trips } from '../trips.ts';
import { bothOf, inTurn, oneByOne, type Pair } from './pair.ts';

/** A load of so many calls is measured in more slices than two. */
const SLICED_FROM = 32;
/** Bare hashes beside each slice of what is measured. */
const HASHES = 8;
const EMPTY_WARM_UP = 500;
const EMPTY_REQUESTS = 500;

/** What one operation of a flow took in one round. */
export interface Sample {
  /** CPU of the handlers' process. */
  cpuMs: number;
  /** CPU of the bare password hashes in it, measured beside it; 0 where it hashes none. */
  hashMs: number;
}

/** The memory of the handlers' process. */
interface MemoryUse {
  loaded: Answers['memory'];
  worked: Answers['memory'];
}

/** What one round showed. */
export interface Round {
  flows: Map<string, Pair<Sample>>;
  /** Counted where they were asked for. */
  trips: Map<string, Pair<Trips>>;
  /** Why a flow could not be measured. */
  failures: Map<string, string>;
  gatewayMs: Pair<number>;
  /** Of the bundles that both have, CPU milliseconds to load each. */
  loadMs: Map<string, Pair<number>>;
  memory: Pair<MemoryUse>;
  /** The names of all functions. */
  functions: Pair<string[]>;
}

export interface RoundOptions {
  trees: Pair<Tree>;
  scenarios: readonly Scenario[];
  /** Counted from 0; it decides who goes first. */
  number: number;
  countsTrips: boolean;
  /** The bundles whose loading is measured. */
  isLoaded: (flow: string) => boolean;
  scratch: string;
  /** Tells what is under way. */
  show: (what: string) => void;
}

interface RunningTree {
  staged: StagedTree;
  target: MeasuredTarget;
}

/** Parts of a load, from a number of calls on: short ones, but none so short that hardly two calls are under way at once. */
const slicesOf = ({ warmUp, measured }: { warmUp: number; measured: number }): { from: number; count: number }[] => {
  const slices = measured < SLICED_FROM ? 2 : 4;
  const boundary = (index: number): number => warmUp + Math.round((index * measured) / slices);
  return Array.from({ length: slices }, (_, index) => ({
    from: boundary(index),
    count: boundary(index + 1) - boundary(index),
  }));
};

/** Measures one flow of both, in slices in the order A B B A: a machine that gets slower or faster meanwhile does so for both. */
const measureFlow = async (scenario: Scenario, both: Pair<RunningTree>, turn: number): Promise<Pair<Sample>> => {
  const { count, hashes, perCall = 1 } = scenario;
  const calls = callsOf(scenario, count.round);
  const { warmUp, measured } = calls;
  const prepared = await bothOf(both, async ({ staged, target }) => ({
    scenario,
    target,
    operate: await scenario.prepare({ people: staged.people, calls: warmUp + measured, perCall }),
  }));
  await oneByOne(prepared, turn, (load) => runCalls(load, { from: 0, count: warmUp }));

  const samples: Pair<Sample> = { there: { cpuMs: 0, hashMs: 0 }, here: { cpuMs: 0, hashMs: 0 } };
  const slices = slicesOf(calls);
  for (const [index, slice] of slices.entries()) {
    for (const side of inTurn(turn + index)) {
      const load = prepared[side];
      const sample = samples[side];
      if (hashes > 0) sample.hashMs += (hashes * (await bareMsOf(load.target, 'hash', HASHES))) / slices.length;
      sample.cpuMs += (await cpuMsOf(load.target, () => runCalls(load, slice))) / (measured * perCall);
    }
  }
  return samples;
};

const loadInTurn = async (
  { there, here }: Pair<{ tree: Tree; functions: readonly BundledFunction[] }>,
  { isLoaded, number, show }: RoundOptions,
): Promise<Map<string, Pair<number>>> => {
  const loadMs = new Map<string, Pair<number>>();
  for (const [index, one] of there.functions.entries()) {
    const other = here.functions.find(({ name }) => name === one.name);
    if (!other || !isLoaded(one.name)) continue;
    show(`loading ${one.name}`);
    const bundles = { there: { ...there, bundle: one }, here: { ...here, bundle: other } };
    const load = async ({ tree, bundle }: { tree: Tree; bundle: BundledFunction }) => loadOnce(tree.node, bundle).cpuMs;
    loadMs.set(one.name, await oneByOne(bundles, number + index, load));
  }
  return loadMs;
};

const measureFlows = async (
  both: Pair<RunningTree>,
  { scenarios, number, countsTrips, show }: RoundOptions,
): Promise<Pick<Round, 'flows' | 'trips' | 'failures'>> => {
  const result = { flows: new Map(), trips: new Map(), failures: new Map<string, string>() };
  for (const [index, scenario] of scenarios.entries()) {
    const { flow } = scenario;
    show(flow);
    try {
      if (countsTrips) {
        result.trips.set(flow, await oneByOne(both, number, ({ staged }) => countTrips(scenario, staged)));
      }
      result.flows.set(flow, await measureFlow(scenario, both, number + index));
    } catch (error) {
      // A flow that one of the two answers otherwise doesn't cost the others their figures.
      if (error instanceof TargetLost || !(error instanceof Error)) throw error;
      await oneByOne(both, number, ({ target }) => target.ask({ ask: 'cpu' })); // unless it answers nothing any more
      result.failures.set(flow, error.message);
    }
  }
  return result;
};

/**
 * Measures all flows of both trees once, beside each other, in new processes and on a new database: what a process happens to be like, compiled this
 * way or laid out that way, is then part of what differs between rounds, and no figure is more certain than it looks.
 */
export const playRound = async (options: RoundOptions): Promise<Round> => {
  const { trees, scratch, number, show } = options;
  const stage = await openStage();
  try {
    show('starting');
    const staged = await oneByOne(trees, number, (tree) => stage.enter(tree, scratch));
    const both = await oneByOne(staged, number, async (one) => ({ staged: one, target: await one.startMeasured() }));
    const memoryOf = () => oneByOne(both, number, ({ target }) => target.ask({ ask: 'memory' }));
    const loaded = await memoryOf();
    await oneByOne(both, number, ({ target }) => bareMsOf(target, 'hash', HASHES)); // warm
    await oneByOne(both, number, ({ target }) => gatewayMsOf(target, EMPTY_WARM_UP));
    const gatewayMs = await oneByOne(both, number, ({ target }) => gatewayMsOf(target, EMPTY_REQUESTS));
    const measured = await measureFlows(both, options);
    const worked = await memoryOf();
    for (const { target } of Object.values(both) as RunningTree[]) target.stop();
    return {
      ...measured,
      gatewayMs,
      memory: {
        there: { loaded: loaded.there, worked: worked.there },
        here: { loaded: loaded.here, worked: worked.here },
      },
      loadMs: await loadInTurn(staged, options),
      functions: {
        there: staged.there.functions.map(({ name }) => name),
        here: staged.here.functions.map(({ name }) => name),
      },
    };
  } finally {
    await stage.close();
  }
};
