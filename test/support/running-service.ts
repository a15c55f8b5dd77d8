import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../local/main.ts', import.meta.url));
const START_TIMEOUT_MS = 20_000;

/** A service in a process of its own, as `npm start` starts it. */
export interface RunningService {
  apiUrl: string;
  inboxUrl: string;
  dataDirectory: string;
  /** Everything it wrote so far. */
  output(): string;
  pid: number;
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
export const spawnMain = (environment: Record<string, string>): { child: ChildProcess; output(): string } => {
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
  const [port, inboxPort] = await Promise.all([freePort(), freePort()]);
  const { child, output } = spawnMain({
    PORT: `${port}`,
    INBOX_PORT: `${inboxPort}`,
    DATA_DIR: dataDirectory,
    ...environment,
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!output().includes('First call')) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the service did not start:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    inboxUrl: `http://127.0.0.1:${inboxPort}`,
    dataDirectory,
    output,
    pid: child.pid ?? 0,
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
