import type { Contract } from '../contract/contract.ts';
import { type Log, makeLog } from '../observability/log.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { csprng } from '../primitives/randomness.ts';
import { type Config, loadConfig } from '../settings/config.ts';
import type { SettingOf } from '../settings/contract-settings.ts';
import type { FunctionSettings } from '../settings/function-settings.ts';
import type { SettingsOf } from '../settings/setting-names.ts';
import { type InvocationHooks, makeInvocationHooks } from './invocation-hooks.ts';
import { makeRequesters, type Requesters } from './requesters.ts';
import { systemClock } from './system-clock.ts';
import { traceIdIn } from './trace-id.ts';

/** What the place gives to a handler; a test gives its own clock, randomness and log. */
export interface Runtime<Given = FunctionSettings> {
  config: Config<Given>;
  clock: Clock;
  randomness: Randomness;
  log: Log;
  /** What is done around each call, before the process may be frozen. */
  hooks: InvocationHooks;
  /** Who sends the request that is being answered. */
  requesters: Requesters;
}

/** The runtime of a deployed function. @throws Error where a variable is missing or a setting is wrong */
export const processRuntime = <Of extends Contract>(contract: Of): Runtime<SettingsOf<SettingOf<Of>>> => {
  const config = loadConfig(contract, process.env);
  const { metricsNamespace } = config;
  return {
    config,
    clock: systemClock,
    randomness: csprng,
    log: makeLog({
      write: (line) => process.stdout.write(`${line}\n`),
      nowMs: systemClock.nowMs,
      metricsNamespace,
      traceId: () => traceIdIn(process.env),
      version: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    }),
    hooks: makeInvocationHooks(),
    requesters: makeRequesters(),
  };
};
