import { makeInvocationHooks } from '../../shared/lambda/invocation-hooks.ts';
import { makeRequesters } from '../../shared/lambda/requesters.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { makeLog } from '../../shared/observability/log.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { parseSettings, type SettingsInput } from '../../shared/settings/settings.ts';
import { type FakeClock, makeFakeClock } from './fake-clock.ts';

/** Minimal settings for tests without a world. */
export const PLAIN_SETTINGS = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
} as const satisfies SettingsInput;

const METRICS_NAMESPACE = 'Keyturn/test';

/** A fake clock and a log whose lines are collected. */
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

/** A runtime for a handler without tables or keys. */
export interface LoneRuntime {
  runtime: Runtime;
  clock: FakeClock;
  /** Logged lines, parsed. */
  logged(): Record<string, unknown>[];
}

/** Makes it. @param settings added to the plain ones */
export const makeLoneRuntime = (settings: Partial<SettingsInput> = {}): LoneRuntime => {
  const { lines, clock, log } = makeWatchedLog();
  const config = {
    settings: parseSettings({ ...PLAIN_SETTINGS, ...settings }),
    tables: {},
    dynamoClient: 'own' as const,
    keyring: null,
    metricsNamespace: METRICS_NAMESPACE,
    configurationSet: null,
    topic: null,
    deadLetters: null,
    originSecrets: null,
    captchaSecret: null,
    callerSecrets: null,
    canary: null,
  };
  return {
    runtime: { config, clock, randomness: csprng, log, hooks: makeInvocationHooks(), requesters: makeRequesters() },
    clock,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};
