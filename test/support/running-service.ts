import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../local/main.ts', import.meta.url));
/** Far beyond what it takes, also on a machine that does much else. */
const START_TIMEOUT_MS = 60_000;
const EXIT_TIMEOUT_MS = 60_000;

/** A service in a process of its own, as `npm start` starts it. */
export interface RunningService {
  apiUrl: string;
  inboxUrl: string;
  dataDirectory: string;
  /** Everything it wrote so far. */
  output(): string;
  pid: number;
  /** Resolves with the exit code when it has ended; `null` for a process that a signal ended. */
  exited: Promise<number | null>;
  /** @returns the exit code; `null` for a process that a signal ended */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A port of 127.0.0.1 that is free at the moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** Starts `local/main.ts` and gathers what it writes. */
const spawnMain = (environment: Record<string, string>): { child: ChildProcess; output(): string } => {
  let written = '';
  const child = spawn(process.execPath, [MAIN], {
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gather = (part: Buffer): void => {
    written += part.toString();
  };
  child.stdout?.on('data', gather);
  child.stderr?.on('data', gather);
  return { child, output: () => written };
};

/** Starts it and waits for its end. @returns its exit code, `null` where it had to be killed, and what it wrote */
export const runToExit = (environment: Record<string, string>): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve) => {
    const { child, output } = spawnMain(environment);
    const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: output() });
    });
  });

/** The environment of a start in this directory, on ports that are free. */
export const startIn = async (dataDirectory: string): Promise<Record<string, string>> => ({
  PORT: `${await freePort()}`,
  INBOX_PORT: `${await freePort()}`,
  DATA_DIR: dataDirectory,
});

/** Jest's own variables and a suite's endpoints must not reach the service. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:AWS_|JEST_|KEYTURN|KEYRING|NODE_OPTIONS|.*_TABLE$)/.test(name),
    ),
  );

/**
 * Starts the service on free ports and waits for its first lines.
 *
 * @param dataDirectory kept after the stop; left out, a new one
 */
export const startRunningService = async ({
  dataDirectory = mkdtempSync(join(tmpdir(), 'keyturn-service-')),
  environment = {},
}: {
  dataDirectory?: string;
  environment?: Record<string, string>;
} = {}): Promise<RunningService> => {
  const places = await startIn(dataDirectory);
  const { child, output } = spawnMain({ ...places, ...environment });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!output().includes('First call')) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the service did not start:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    apiUrl: `http://127.0.0.1:${places.PORT}`,
    inboxUrl: `http://127.0.0.1:${places.INBOX_PORT}`,
    dataDirectory,
    output,
    pid: child.pid ?? 0,
    exited,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
};

/** Removes a service's data. */
export const removeData = ({ dataDirectory }: RunningService): void =>
  rmSync(dataDirectory, { recursive: true, force: true });

/** Keeps the services of a suite, so that each test's end stops those that it started, with their data. */
export const makeServiceKeeper = () => {
  const running: RunningService[] = [];
  return {
    keep: (service: RunningService): RunningService => {
      running.push(service);
      return service;
    },
    stopAll: async (): Promise<void> => {
      for (const service of running.splice(0)) {
        await service.stop('SIGKILL');
        removeData(service);
      }
    },
  };
};
