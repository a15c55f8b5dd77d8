import { type LoadResult, runLoad } from './http-load.ts';
import type { Work } from './protocol.ts';
import type { Operate, Scenario } from './scenario.ts';
import type { MeasuredTarget, StagedTree } from './stage.ts';
import type { Serving } from './start-target.ts';
import type { Trips } from './trips.ts';

const AT_ONCE = 8;

/** Unmeasured operations before, as a share of the measured ones. */
const WARM_UP = 0.5;

const COUNTED_OPERATIONS = 4;

/** Numbers of unmeasured and measured calls of a scenario. */
export const callsOf = (
  { perCall = 1 }: Pick<Scenario, 'perCall'>,
  operations: number,
): { warmUp: number; measured: number } => {
  const measured = Math.ceil(operations / perCall);
  return { warmUp: Math.ceil(measured * WARM_UP), measured };
};

/** CPU milliseconds that the handlers' process spends during some work. */
export const cpuMsOf = async ({ ask }: Pick<MeasuredTarget, 'ask'>, work: () => Promise<unknown>): Promise<number> => {
  const before = await ask({ ask: 'cpu' });
  await work();
  return (await ask({ ask: 'cpu' })).milliseconds - before.milliseconds;
};

/** CPU milliseconds of one bare hash or signature, on average, in the handlers' process. */
export const bareMsOf = async (target: Pick<MeasuredTarget, 'ask'>, what: Work, count: number): Promise<number> =>
  (await cpuMsOf(target, () => target.ask({ ask: 'work', what, count }))) / count;

/** Runs `count` calls of a load, from a number on. */
export const runCalls = (
  { scenario, operate, target }: { scenario: Pick<Scenario, 'atOnce'>; operate: Operate; target: Serving },
  { from, count }: { from: number; count: number },
): Promise<LoadResult> => runLoad(count, scenario.atOnce ?? AT_ONCE, (index) => operate(from + index, target));

/** Counts the DynamoDB calls of an operation, one operation at a time. */
export const countTrips = async ({ prepare }: Scenario, { service, counted, tripsOf }: StagedTree): Promise<Trips> => {
  const operate = await prepare({ service, calls: COUNTED_OPERATIONS, perCall: 1 });
  return tripsOf(() => runLoad(COUNTED_OPERATIONS, 1, (index) => operate(index, counted)), COUNTED_OPERATIONS);
};

/** CPU milliseconds of a request to an empty handler: the laptop's gateway. */
export const gatewayMsOf = async (target: MeasuredTarget, count: number): Promise<number> => {
  const empty = () => target.call({ method: 'GET', path: '/empty' });
  return (await cpuMsOf(target, () => runLoad(count, AT_ONCE, empty))) / count;
};
