import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { type MovableClock, makeMovableClock, mayBeAhead } from './movable-clock.ts';

const FILE_NAME = 'clock';
const OWNER_ONLY = 0o600;

/** The file that says how far the clock is ahead can't be read; the message says what to do. */
class ClockUnusable extends Error {
  override readonly name = 'ClockUnusable';

  constructor(path: string) {
    super(
      `${path} should hold one whole number, the seconds that the service's clock is ahead of the machine's. Write the number that was there; with a smaller one, what was stored since lies in the future. Or begin with an empty directory: DATA_DIR=.keyturn-2 npm start`,
    );
  }
}

/** @throws ClockUnusable */
const readAhead = (path: string): number => {
  if (!existsSync(path)) return 0;
  const text = readFileSync(path, 'utf8').trim();
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : -1;
  if (!mayBeAhead(seconds)) throw new ClockUnusable(path);
  return seconds;
};

/**
 * Opens the clock of a laptop's service, which is where it was at the last stop: after a restart time must not have gone back.
 *
 * The handlers are loaded as they are deployed, with the clock of the system in them. So it is this clock that moves: from here on its
 * methods are those of the clock that is returned. It has to be opened before a handler is loaded, and is the machine's again once it is closed.
 *
 * @param dataDirectory where how far it is ahead is kept between starts
 * @throws ClockUnusable, or why the file can't be used
 */
export const openLaptopClock = (dataDirectory: string): MovableClock & { close(): void } => {
  const path = join(dataDirectory, FILE_NAME);
  const machine = { ...systemClock };
  const clock = makeMovableClock({
    machine,
    aheadSeconds: readAhead(path),
    keep: (aheadSeconds) => {
      // A kill leaves the old number or the new one.
      writeFileSync(`${path}.new`, `${aheadSeconds}\n`, { mode: OWNER_ONLY, flush: true });
      renameSync(`${path}.new`, path);
    },
  });
  const { nowMs, nowSeconds } = clock;
  Object.assign(systemClock, { nowMs, nowSeconds });
  return { ...clock, close: () => Object.assign(systemClock, machine) };
};
