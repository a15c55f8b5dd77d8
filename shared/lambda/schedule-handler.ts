import type { Context } from 'aws-lambda';
import type { ScheduleContract } from '../contract/contract.ts';
import { errorName } from '../primitives/error-name.ts';
import type { SettingOf } from '../settings/contract-settings.ts';
import type { SettingsOf } from '../settings/setting-names.ts';
import { connectOnce } from './connect-once.ts';
import type { Runtime } from './runtime.ts';
import { type PortOpeners, provide, type Wiring } from './scope.ts';

/** What EventBridge Scheduler calls; its event says nothing. A throw means that the run is to be tried again. */
export type ScheduleHandler = (event: unknown, context: Pick<Context, 'awsRequestId'>) => Promise<void>;

/** A run was not done. Lambda writes what a handler throws into the log, so there is nothing in it; our own line names the cause. */
class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

/**
 * Makes a Lambda handler of a flow that a schedule calls.
 *
 * @param connect opens what the flow needs; begun at cold start, and again at the next run after a failure
 */
export const scheduleHandler = ({
  contract: { flow },
  runtime: { clock, log, hooks },
  connect,
}: {
  contract: ScheduleContract;
  runtime: Runtime<unknown>;
  connect: () => Promise<() => Promise<void>>;
}): ScheduleHandler => {
  const connected = connectOnce(connect);

  return async (_event, { awsRequestId }) => {
    const startedAtMs = clock.nowMs();
    try {
      const run = await connected();
      await hooks.beforeInvoke();
      await run();
    } catch (error) {
      const line = { flow, request_id: awsRequestId, duration_ms: clock.nowMs() - startedAtMs };
      log('error', 'run-failed', { ...line, error_name: errorName(error) });
      throw new RunFailed();
    } finally {
      await hooks.afterInvoke(); // with the answer the process may be frozen
    }
  };
};

/** Makes the schedule's handler of a flow. */
export const serveSchedule =
  <Of extends ScheduleContract, Used extends object, Openers extends PortOpeners = object>({
    contract,
    flow,
    ports,
    uses,
  }: Wiring<Of, Openers, Used, () => Promise<void>>) =>
  (runtime: Runtime<SettingsOf<SettingOf<Of>>>): ScheduleHandler =>
    scheduleHandler({ contract, runtime, connect: async () => flow(await provide(runtime, { ports, uses })) });
