import { bareMsOf, callsOf, cpuMsOf, runCalls } from '../measure-load.ts';
import type { Work } from '../protocol.ts';
import type { Operate, Scenario } from '../scenario.ts';
import type { MeasuredTarget, StagedTree } from '../stage.ts';
import { signaturesLeftOut } from '../targets.ts';
import { bothOf, inTurn, oneByOne, type Pair } from './pair.ts';

/** Loads of this many calls or more are split into more than two slices. */
const SLICED_FROM = 32;

/** Bare hashes measured next to each slice. */
export const HASHES = 8;

/** Bare signatures, likewise; each takes a twentieth of a hash. */
const SIGNATURES = 40;

/** Cost of one operation of a flow in one round. */
export interface Sample {
  /** CPU of the handlers' process. */
  cpuMs: number;
  /** CPU of the bare password hashes in an operation, measured next to it; 0 for a flow without one. */
  hashMs: number;
  /** CPU of the bare signatures that are left out of the ratio, likewise. */
  signMs: number;
}

/** A tree whose handlers run. */
export interface RunningTree {
  staged: StagedTree;
  target: MeasuredTarget;
}

/** One side of a measurement. */
export interface Load {
  operate: Operate;
  target: MeasuredTarget;
  /** Bare hashes to measure beside an operation. */
  hashes: number;
  /** Bare signatures, likewise. */
  signatures: number;
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
 * Measures two loads of one scenario's numbers, in slices in the order A B B A, so that drift of the machine's speed affects
 * both alike.
 */
export const measureInTurn = async (
  scenario: Pick<Scenario, 'count' | 'perCall' | 'atOnce'>,
  loads: Pair<Load>,
  turn: number,
): Promise<Pair<Sample>> => {
  const { count, perCall = 1 } = scenario;
  const calls = callsOf(scenario, count.round);
  const { warmUp, measured } = calls;
  await oneByOne(loads, turn, (load) => runCalls({ ...load, scenario }, { from: 0, count: warmUp }));

  const sampleOf = (): Sample => ({ cpuMs: 0, hashMs: 0, signMs: 0 });
  const samples: Pair<Sample> = { there: sampleOf(), here: sampleOf() };
  const slices = slicesOf(calls);
  for (const [index, slice] of slices.entries()) {
    for (const side of inTurn(turn + index)) {
      const load = loads[side];
      const sample = samples[side];
      const bareMs = async (what: Work, perOperation: number, times: number): Promise<number> =>
        perOperation > 0 ? (perOperation * (await bareMsOf(load.target, what, times))) / slices.length : 0;
      sample.hashMs += await bareMs('hash', load.hashes, HASHES);
      sample.signMs += await bareMs('signature', load.signatures, SIGNATURES);
      sample.cpuMs += (await cpuMsOf(load.target, () => runCalls({ ...load, scenario }, slice))) / (measured * perCall);
    }
  }
  return samples;
};

/** Measures one flow of both trees. */
export const measureFlow = async (scenario: Scenario, both: Pair<RunningTree>, turn: number): Promise<Pair<Sample>> => {
  const { count, hashes, perCall = 1 } = scenario;
  const { warmUp, measured } = callsOf(scenario, count.round);
  const operates = await bothOf(both, ({ staged }) =>
    scenario.prepare({ service: staged.service, calls: warmUp + measured, perCall }),
  );
  const signatures = signaturesLeftOut(scenario.flow);
  const loadOf = (side: keyof Pair<unknown>): Load => ({
    operate: operates[side],
    target: both[side].target,
    hashes,
    signatures: signatures[side],
  });
  return measureInTurn(scenario, { there: loadOf('there'), here: loadOf('here') }, turn);
};
