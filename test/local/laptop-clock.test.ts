import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLaptopClock } from '../../local/laptop-clock.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';

const DAY = 24 * 3600;

describe("the clock of a laptop's service", () => {
  let directory: string;
  const open: { close(): void }[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keyturn-clock-'));
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const openClock = () => {
    const clock = openLaptopClock(directory);
    open.push(clock);
    return clock;
  };
  /** How far an instant is ahead of the machine's clock, to the hour: that one runs on. */
  const hoursAhead = (nowMs: number): number => Math.round((nowMs - Date.now()) / 3_600_000);

  it('moves the clock that every handler has been wired with, and its readers that were taken out of it', () => {
    const clock = openClock();
    const { nowMs } = systemClock;

    const moved = clock.advance(3 * DAY);

    expect(moved).toBe(true);
    expect([systemClock.nowMs(), systemClock.nowSeconds() * 1000, nowMs(), clock.nowMs()].map(hoursAhead)).toEqual([
      72, 72, 72, 72,
    ]);
  });

  it('is where it was after a restart: time does not go back', () => {
    const first = openClock();
    first.advance(3 * DAY);
    first.advance(3600);
    open.pop();
    first.close();

    const second = openClock();

    expect(second.aheadSeconds()).toBe(3 * DAY + 3600);
    expect(hoursAhead(systemClock.nowMs())).toBe(73);
  });

  it("is the machine's again once it is closed, and writes nothing while it is not moved", () => {
    const clock = openClock();
    const isThere = existsSync(join(directory, 'clock'));
    clock.advance(DAY);
    open.pop();
    clock.close();

    expect(isThere).toBe(false);
    expect(Math.abs(hoursAhead(systemClock.nowMs()))).toBe(0); // a millisecond that passes makes it -0
    expect(readFileSync(join(directory, 'clock'), 'utf8')).toBe(`${DAY}\n`);
    expect(statSync(join(directory, 'clock')).mode & 0o777).toBe(0o600);
  });

  it.each(['', 'three days', '-1', '1.5', '1e9', '9999999999999', '999999999999'])(
    'stops the start where its file holds %j, and says what to do',
    (text) => {
      writeFileSync(join(directory, 'clock'), text);

      expect(openClock).toThrow(/clock should hold one whole number.*DATA_DIR=/);
      expect(Math.abs(hoursAhead(systemClock.nowMs()))).toBe(0); // a millisecond that passes makes it -0
    },
  );

  it('is not moved where that can not be kept', () => {
    const clock = openClock();
    rmSync(directory, { recursive: true, force: true });

    expect(() => clock.advance(DAY)).toThrow('ENOENT');
    expect(clock.aheadSeconds()).toBe(0);
  });
});
