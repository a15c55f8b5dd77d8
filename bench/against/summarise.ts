import { medianOf, type Spread, spreadOf } from '../statistics.ts';
import type { Trips } from '../trips.ts';
import type { Sample } from './measure-flow.ts';
import type { Pair } from './pair.ts';
import type { Round } from './play-round.ts';

/** One figure of both trees over all rounds. */
export interface Comparison {
  /** Medians. */
  there: number;
  here: number;
  /** `here` divided by `there`, in each round. */
  ratio: Spread;
}

/** Results of one flow. */
export interface FlowSummary {
  flow: string;
  cpuMs: Comparison;
  /** CPU minus the bare hashes; `null` for a flow that hashes nothing. */
  beyondHashMs: Comparison | null;
  /** CPU minus the signatures that its target leaves out; `null` where it leaves none out. */
  beyondSignatureMs: Comparison | null;
  trips: Pair<Trips> | null;
}

/** Results of a comparison. */
export interface Summary {
  rounds: number;
  flows: FlowSummary[];
  gatewayMs: Comparison;
  /** By flow. */
  loadMs: Map<string, Comparison>;
  /** By measurement, in MiB. */
  memoryMiB: Map<string, Comparison>;
  /** Resident memory of functions alone in their processes, by flow, in MiB. */
  aloneMiB: Map<string, Comparison>;
  /** Flows that could not be measured, and why. */
  failures: Map<string, string>;
  /** Functions that only one of the two has. */
  onlyThere: string[];
  onlyHere: string[];
  /** Functions of either tree without a scenario. */
  withoutScenario: string[];
}

/** @param pairs one for each round */
const compare = (pairs: readonly Pair<number>[]): Comparison => ({
  there: medianOf(pairs.map(({ there }) => there)),
  here: medianOf(pairs.map(({ here }) => here)),
  ratio: spreadOf(pairs.map(({ there, here }) => here / there)),
});

const ofBoth = <From, To>({ there, here }: Pair<From>, of: (one: From) => To): Pair<To> => ({
  there: of(there),
  here: of(here),
});

const beyondHash = ({ cpuMs, hashMs }: Sample): number => cpuMs - hashMs;

const beyondSignature = ({ cpuMs, signMs }: Sample): number => cpuMs - signMs;

const BYTES_PER_MIB = 1024 ** 2;

const MEMORY = {
  'resident, bundles loaded': ({ loaded }: Round['memory']['here']) => loaded.rssBytes,
  'heap, bundles loaded': ({ loaded }: Round['memory']['here']) => loaded.heapBytes,
  'resident, after the work': ({ worked }: Round['memory']['here']) => worked.rssBytes,
  'heap, after the work': ({ worked }: Round['memory']['here']) => worked.heapBytes,
};

const present = <T>(value: T | undefined): value is T => value !== undefined;

const summariseFlow = (flow: string, rounds: readonly Round[]): FlowSummary => {
  const samples = rounds.map(({ flows }) => flows.get(flow)).filter(present);
  const hashes = samples.some(({ here }) => here.hashMs > 0);
  const leavesOut = samples.some(({ there, here }) => there.signMs + here.signMs > 0);
  const beyond = (of: (sample: Sample) => number): Comparison => compare(samples.map((pair) => ofBoth(pair, of)));
  return {
    flow,
    cpuMs: compare(samples.map((pair) => ofBoth(pair, ({ cpuMs }) => cpuMs))),
    beyondHashMs: hashes ? beyond(beyondHash) : null,
    beyondSignatureMs: leavesOut ? beyond(beyondSignature) : null,
    trips: rounds.map(({ trips }) => trips.get(flow)).find(present) ?? null,
  };
};

/**
 * Summarises the rounds.
 *
 * @param rounds at least as many as an interval needs; a flow that failed in one of them is only among the failures
 * @param scenarios the flows that have a scenario
 */
export const summarise = (rounds: readonly Round[], scenarios: readonly string[]): Summary => {
  const failures = new Map(rounds.flatMap((round) => [...round.failures]));
  const flows = [...new Set(rounds.flatMap((round) => [...round.flows.keys()]))].filter((flow) => !failures.has(flow));
  /** Comparisons by flow, of what the rounds have by flow. */
  const byFlow = (of: (round: Round) => ReadonlyMap<string, Pair<number>>, unit = 1): Map<string, Comparison> => {
    const names = [...new Set(rounds.flatMap((round) => [...of(round).keys()]))];
    const pairsOf = (name: string) => rounds.map((round) => of(round).get(name)).filter(present);
    return new Map(
      names.map((name) => [name, compare(pairsOf(name).map((pair) => ofBoth(pair, (value) => value / unit)))]),
    );
  };
  const { there = [], here = [] } = rounds[0]?.functions ?? {};
  return {
    rounds: rounds.length,
    flows: flows.map((flow) => summariseFlow(flow, rounds)),
    gatewayMs: compare(rounds.map(({ gatewayMs }) => gatewayMs)),
    loadMs: byFlow(({ loadMs }) => loadMs),
    aloneMiB: byFlow(({ aloneBytes }) => aloneBytes, BYTES_PER_MIB),
    memoryMiB: new Map(
      Object.entries(MEMORY).map(([name, bytesOf]) => [
        name,
        compare(rounds.map(({ memory }) => ofBoth(memory, (use) => bytesOf(use) / BYTES_PER_MIB))),
      ]),
    ),
    failures,
    onlyThere: there.filter((name) => !here.includes(name)),
    onlyHere: here.filter((name) => !there.includes(name)),
    withoutScenario: [...new Set([...here, ...there])].filter((name) => !scenarios.includes(name)),
  };
};
