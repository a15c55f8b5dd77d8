import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { dynoxideBinary } from '../../local/database/dynoxide-binary.ts';

const START_TIMEOUT_MS = 30_000;
const ATTEMPTS = 5;

/**
 * Ports that no browser connects to. The database answers CORS requests of every origin; rows of tests are nobody's, but a page
 * must not change the outcome of a test.
 *
 * @see https://fetch.spec.whatwg.org/#port-blocking
 */
const BLOCKED_PORTS = [6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080];

/**
 * Ends the database when this process ends, however that happens: the shell's standard input is a pipe from here, and it
 * closes even when nobody has the time to close it.
 */
const WATCHDOG = '"$@" & child=$!; cat >/dev/null; kill "$child"; wait "$child"';

/** The database alone, in memory and with its own HTTP server: it counts capacity units, which `npm start` doesn't need. */
export interface BareDynamo {
  endpoint: string;
  close(): Promise<void>;
}

/** Any of 127.0.0.0/8 is this machine, so that many suites find an address of their own without asking for a free port. */
const randomPlace = () => ({
  host: `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`,
  port: BLOCKED_PORTS[randomInt(BLOCKED_PORTS.length)] ?? 0,
});

/** @returns `null` where it doesn't start, such as at a port that another program has taken */
const startOnce = async (): Promise<BareDynamo | null> => {
  const { host, port } = randomPlace();
  // A group of its own: Ctrl-C in the terminal is the test runner's to handle.
  const child = spawn('sh', ['-c', WATCHDOG, 'sh', dynoxideBinary(), 'serve', '--host', host, '--port', `${port}`], {
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

/** Starts it for one suite or one benchmark. */
export const startBareDynamo = async (): Promise<BareDynamo> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const started = await startOnce();
    if (started) return started;
  }
  throw new Error('the database of the tests did not start');
};
