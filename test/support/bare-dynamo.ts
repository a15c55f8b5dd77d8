import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { dynoxideBinary } from '../../local/database/dynoxide-binary.ts';

const START_TIMEOUT_MS = 30_000;
const ATTEMPTS = 5;

/**
 * Ports that browsers refuse to connect to. The database answers CORS requests of every origin, and a web page must not
 * change the outcome of a test.
 *
 * @see https://fetch.spec.whatwg.org/#port-blocking
 */
const BLOCKED_PORTS = [6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080];

/**
 * Ends the database together with this process, even if it is killed: the shell's standard input is a pipe from here,
 * which then closes.
 */
const WATCHDOG = '"$@" & child=$!; cat >/dev/null; kill "$child"; wait "$child"';

/**
 * The database alone, in memory and with its own HTTP server, which reports capacity units; `npm start` doesn't need
 * those.
 */
export interface BareDynamo {
  endpoint: string;
  close(): Promise<void>;
}

/** All of 127.0.0.0/8 is this machine, so parallel suites can choose addresses without asking for a free port. */
const randomPlace = () => ({
  host: `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`,
  port: BLOCKED_PORTS[randomInt(BLOCKED_PORTS.length)] ?? 0,
});

/** @returns `null` where it doesn't start, for example because the port is taken */
const startOnce = async (databaseFile?: string): Promise<BareDynamo | null> => {
  const { host, port } = randomPlace();
  const file = databaseFile === undefined ? [] : ['--db-path', databaseFile];
  const serve = [dynoxideBinary(), 'serve', '--host', host, '--port', `${port}`, ...file];
  // Own process group: the test runner handles Ctrl-C.
  const child = spawn('sh', ['-c', WATCHDOG, 'sh', ...serve], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const listening = new Promise<boolean>((resolve) => {
    child.stderr.on('data', (text: Buffer) => text.includes('listening') && resolve(true));
    child.once('exit', () => resolve(false));
    setTimeout(() => resolve(false), START_TIMEOUT_MS).unref();
  });
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };

  if (await listening) return { endpoint: `http://${host}:${port}`, close };
  await close();
  return null;
};

/** Starts it for one suite or benchmark. @param databaseFile where its rows are; in memory where it is left out */
export const startBareDynamo = async ({ databaseFile }: { databaseFile?: string } = {}): Promise<BareDynamo> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const started = await startOnce(databaseFile);
    if (started) return started;
  }
  throw new Error('the database of the tests did not start');
};
