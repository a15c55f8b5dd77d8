import { loadOnce } from '../cold-start.ts';
import { bareMsOf, callsOf, countTrips, cpuMsOf, gatewayMsOf, runCalls } from '../measure-load.ts';
import type { Answers, BundledFunction } from '../protocol.ts';
import type { Scenario } from '../scenario.ts';
import { type MeasuredTarget, openStage, type StagedTree } from '../stage.ts';
import { TargetLost, type Tree } from '../start-target.ts';
import type { Trips } from '../trips.ts';
import { bothOf, inTurn, oneByOne, type Pair } from './pair.ts';

/** Loads of this many calls or more are split into more than two slices. */
const SLICED_FROM = 32;
/** Bare hashes measured next to each slice. */
const HASHES = 8;
const EMPTY_WARM_UP = 500;
const EMPTY_REQUESTS = 500;

/** Cost of one operation of a flow in one round. */
export interface Sample {
  /** CPU of the handlers' process. */
  cpuMs: number;
  /** CPU of the bare password hashes in an operation, measured next to it; 0 for a flow without one. */
  hashMs: number;
}

/** The memory of the handlers' process. */
interface MemoryUse {
  loaded: Answers['memory'];
  worked: Answers['memory'];
}

/** Results of one round. */
export interface Round {
  flows: Map<string, Pair<Sample>>;
  /** Counted only in the rounds that ask for it. */
  trips: Map<string, Pair<Trips>>;
  /** Reason why a flow could not be measured. */
  failures: Map<string, string>;
  gatewayMs: Pair<number>;
  /** CPU milliseconds to load each bundle that both trees have. */
  loadMs: Map<string, Pair<number>>;
  memory: Pair<MemoryUse>;
  /** The names of all functions. */
  functions: Pair<string[]>;
}

export interface RoundOptions {
  trees: Pair<Tree>;
  scenarios: readonly Scenario[];
  /** Counted from 0; decides which tree goes first. */
  number: number;
  countsTrips: boolean;
  /** Whether the loading of a bundle is measured. */
  isLoaded: (flow: string) => boolean;
  scratch: string;
  /** Shows what is in progress. */
  show: (what: string) => void;
}

interface RunningTree {
  staged: StagedTree;
  target: MeasuredTarget;
}

/** Splits a load into slices: short ones, but long enough that calls still overlap. */
const slicesOf = ({ warmUp, measured }: { warmUp: number; measured: number }): { from: number; count: number }[] => {
  const slices = measured < SLICED_FROM ? 2 : 4;
  const boundary = (index: number): number => warmUp + Math.round((index * measured) / slices);
  return Array.from({ length: slices }, (_, index) => ({
    from: boundary(index),
    count: boundary(index + 1) - boundary(index),
  }));
};

/**
 * Measures one flow of both trees, in slices in the order A B B A, so that drift of the machine's speed affects both
 * alike.
 */
const measureFlow = async (scenario: Scenario, both: Pair<RunningTree>, turn: number): Promise<Pair<Sample>> => {
  const { count, hashes, perCall = 1 } = scenario;
  const calls = callsOf(scenario, count.round);
  const { warmUp, measured } = calls;
  const prepared = await bothOf(both, async ({ staged, target }) => ({
    scenario,
    target,
    operate: await scenario.prepare({ service: staged.service, calls: warmUp + measured, perCall }),
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
      // One tree's failure in a flow must not lose the figures of the others.
      if (error instanceof TargetLost || !(error instanceof Error)) throw error;
      await oneByOne(both, number, ({ target }) => target.ask({ ask: 'cpu' })); // throws where the target has stopped answering
      result.failures.set(flow, error.message);
    }
  }
  return result;
};

/**
 * Measures all flows of both trees once, alternately, in new processes and on a new database. Effects of one process,
 * such as JIT compilation and memory layout, thereby count as variation between rounds, and the intervals are honest.
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
    await oneByOne(both, number, ({ target }) => bareMsOf(target, 'hash', HASHES)); // warm-up
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
