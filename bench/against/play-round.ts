import { loadOnce } from '../cold-start.ts';
import { bareMsOf, countTrips, gatewayMsOf } from '../measure-load.ts';
import type { Answers, BundledFunction } from '../protocol.ts';
import type { Scenario } from '../scenario.ts';
import { openStage } from '../stage.ts';
import { TargetLost, type Tree } from '../start-target.ts';
import { medianOf } from '../statistics.ts';
import type { Trips } from '../trips.ts';
import { measureAlone } from './measure-alone.ts';
import { HASHES, measureFlow, type RunningTree, type Sample } from './measure-flow.ts';
import { ofPairs, oneByOne, type Pair } from './pair.ts';

/** Each bundle is loaded so often in a round, by turns with the other tree's; the median counts. */
const LOADS = 5;
const EMPTY_WARM_UP = 500;
const EMPTY_REQUESTS = 500;

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
  /** Resident bytes of a function alone in its process after its operations, by flow; only in rounds that ask for it. */
  aloneBytes: Map<string, Pair<number>>;
  /** The names of all functions. */
  functions: Pair<string[]>;
}

export interface RoundOptions {
  trees: Pair<Tree>;
  scenarios: readonly Scenario[];
  /** Counted from 0; decides which tree goes first. */
  number: number;
  countsTrips: boolean;
  /** Whether the memory of functions alone in their processes is measured. */
  measuresAlone: boolean;
  /** Whether the loading of a bundle is measured. */
  isLoaded: (flow: string) => boolean;
  scratch: string;
  /** Shows what is in progress. */
  show: (what: string) => void;
}

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
    const loads: Pair<number>[] = [];
    for (let turn = 0; turn < LOADS; turn += 1) loads.push(await oneByOne(bundles, number + index + turn, load));
    loadMs.set(one.name, ofPairs(loads, medianOf));
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
    const aloneBytes = options.measuresAlone
      ? await measureAlone(staged, { ...options, failures: measured.failures })
      : new Map<string, Pair<number>>();
    return {
      ...measured,
      gatewayMs,
      aloneBytes,
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
