import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 5;

/** The package that holds the database's binary, for each platform that has one. */
const PACKAGES: Readonly<Record<string, string>> = { 'linux-x64': '@dynoxide/linux-x64' };

/**
 * Ends the database when this process ends, however that happens: the shell's standard input is a pipe from here, and it
 * closes even when nobody has the time to close it.
 */
const WATCHDOG = '"$@" & child=$!; cat >/dev/null; kill "$child"; wait "$child"';

/** A database that is running. */
export interface EmbeddedDynamo {
  endpoint: string;
  close(): Promise<void>;
}

/** This platform has no embedded database, or it can't be started; the message says what to do instead. */
export class NoEmbeddedDynamo extends Error {
  override readonly name = 'NoEmbeddedDynamo';
}

const binaryPath = (): string => {
  const platform = `${process.platform}-${process.arch}`;
  const packageName = PACKAGES[platform];
  const help =
    'Start any DynamoDB-compatible server and name it: AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start';
  if (!packageName) throw new NoEmbeddedDynamo(`The embedded DynamoDB has no binary for ${platform}. ${help}`);
  try {
    const { resolve } = createRequire(import.meta.url);
    return join(resolve(`${packageName}/package.json`), '..', 'dynoxide');
  } catch {
    throw new NoEmbeddedDynamo(
      `The embedded DynamoDB (${packageName}) is not installed; npm ci installs it. Or: ${help}`,
    );
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/**
 * Starts the embedded DynamoDB on a free port of 127.0.0.1.
 *
 * @param databaseFile where rows are kept; `null` for a database that is gone with the process
 * @throws NoEmbeddedDynamo
 */
export const startEmbeddedDynamo = async ({
  databaseFile,
}: {
  databaseFile: string | null;
}): Promise<EmbeddedDynamo> => {
  const binary = binaryPath();
  if (databaseFile !== null && !existsSync(databaseFile)) {
    closeSync(openSync(databaseFile, 'a', 0o600)); // hashes and addresses are in it
  }
  if (databaseFile !== null) chmodSync(databaseFile, 0o600);
  const port = await freePort();
  const command = [
    binary,
    'serve',
    '--port',
    String(port),
    ...(databaseFile === null ? [] : ['--db-path', databaseFile]),
  ];
  // A group of its own: Ctrl-C in the terminal is ours to handle, and the database outlives the last write.
  const child = spawn('sh', ['-c', WATCHDOG, 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      throw new NoEmbeddedDynamo(`The embedded DynamoDB (${binary}) did not start.`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      child.stdin?.end();
      await ended(child);
    },
  };
};
