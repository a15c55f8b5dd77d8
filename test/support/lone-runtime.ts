import { makeInvocationHooks } from '../../shared/lambda/invocation-hooks.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { makeLog } from '../../shared/observability/log.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { parseSettings, type SettingsInput } from '../../shared/settings/settings.ts';
import { type FakeClock, makeFakeClock } from './fake-clock.ts';

/** What the settings need at least, for whatever is tested without a world. */
export const PLAIN_SETTINGS = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
} as const satisfies SettingsInput;

const METRICS_NAMESPACE = 'Keyturn/test';

/** A clock that is moved by hand, and a log that is read. */
export const makeWatchedLog = () => {
  const lines: string[] = [];
  const clock = makeFakeClock();
  const log = makeLog({
    write: (line) => lines.push(line),
    nowMs: clock.nowMs,
    metricsNamespace: METRICS_NAMESPACE,
  });
  return { lines, clock, log };
};

/** What a handler is made in that has no table, key or neighbour. */
export interface LoneRuntime {
  runtime: Runtime;
  clock: FakeClock;
  /** What it logged. */
  logged(): Record<string, unknown>[];
}

/** Makes it. @param settings beside the plain ones */
export const makeLoneRuntime = (settings: Partial<SettingsInput> = {}): LoneRuntime => {
  const { lines, clock, log } = makeWatchedLog();
  const config = {
    settings: parseSettings({ ...PLAIN_SETTINGS, ...settings }),
    tables: {},
    keyring: null,
    metricsNamespace: METRICS_NAMESPACE,
    configurationSet: null,
    deadLetters: null,
    originSecrets: null,
  };
  return {
    runtime: { config, clock, randomness: csprng, log, hooks: makeInvocationHooks() },
    clock,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};
