import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../local/main.ts', import.meta.url));
/** Far longer than a start takes, even on a busy machine. */
const START_TIMEOUT_MS = 300_000;
const EXIT_TIMEOUT_MS = 300_000;
const ATTEMPTS = 5;
const TAKEN = /^Port \d+ is taken/m;

/** A service in its own process, started as `npm start` does. */
export interface RunningService {
  apiUrl: string;
  inboxUrl: string;
  dataDirectory: string;
  /** Its output so far. */
  output(): string;
  pid: number;
  /** Resolves with the exit code; `null` after a signal. */
  exited: Promise<number | null>;
  /** @returns the exit code; `null` after a signal */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A port of 127.0.0.1 that is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** Starts `local/main.ts` and collects its output. */
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

/** Starts it and waits for its end. @returns its output and exit code, `null` where it had to be killed */
export const runToExit = (environment: Record<string, string>): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve) => {
    const { child, output } = spawnMain(environment);
    const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: output() });
    });
  });

/** Environment for a start in this directory, on free ports. */
export const startIn = async (dataDirectory: string): Promise<Record<string, string>> => {
  const port = await freePort();
  let inboxPort = port;
  while (inboxPort === port) inboxPort = await freePort(); // a port that was free is at times given again
  return { PORT: `${port}`, INBOX_PORT: `${inboxPort}`, DATA_DIR: dataDirectory };
};

/** Without Jest's own variables and the suite's endpoints. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:AWS_|JEST_|KEYTURN|KEYRING|NODE_OPTIONS|.*_TABLE$)/.test(name),
    ),
  );

/** @returns `null` where something else has taken a port since it was free */
const tryToStart = async (
  dataDirectory: string,
  environment: Record<string, string>,
): Promise<RunningService | null> => {
  const places = await startIn(dataDirectory);
  const { child, output } = spawnMain({ ...places, ...environment });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!output().includes('First call')) {
    if (child.exitCode !== null && TAKEN.test(output())) return null;
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || Date.now() > deadline) throw new Error(`the service did not start:\n${output()}`);
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

/**
 * Starts the service on free ports and waits for its first lines.
 *
 * @param dataDirectory kept after the stop; a new one by default
 */
export const startRunningService = async ({
  dataDirectory = mkdtempSync(join(tmpdir(), 'keyturn-service-')),
  environment = {},
}: {
  dataDirectory?: string;
  environment?: Record<string, string>;
} = {}): Promise<RunningService> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const started = await tryToStart(dataDirectory, environment);
    if (started) return started;
  }
  throw new Error('the service found each of its ports taken');
};

export const removeData = ({ dataDirectory }: RunningService): void =>
  rmSync(dataDirectory, { recursive: true, force: true });

/** Stops a suite's services after each test, and removes their data. */
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
