import type { Clock } from '../shared/primitives/clock.ts';

/** A hundred years: instants keep their year of four digits. */
const AHEAD_MAX_SECONDS = 100 * 365 * 24 * 60 * 60;

/** Whether a clock may be so far ahead. */
export const mayBeAhead = (seconds: number): boolean =>
  Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= AHEAD_MAX_SECONDS;

/**
 * A clock that can be moved on, and never back: rows that were written meanwhile would lie in the future. A code of an app is never taken
 * for a step before the last one, so its owner would be locked out until that time came again, and what had expired would live again.
 */
export interface MovableClock extends Clock {
  /** How far it is ahead of the machine's; 0 or more. */
  aheadSeconds(): number;
  /** @param seconds whole, 1 or more @returns whether it was moved: nothing changes where it would be too far ahead */
  advance(seconds: number): boolean;
}

/**
 * @param machine the clock that it runs with
 * @param aheadSeconds how far it is ahead from the start
 * @param keep keeps how far it is ahead, before it is moved; a throw leaves it where it is
 */
export const makeMovableClock = ({
  machine,
  aheadSeconds: startsAhead = 0,
  keep = () => undefined,
}: {
  machine: Clock;
  aheadSeconds?: number;
  keep?: (aheadSeconds: number) => void;
}): MovableClock => {
  let aheadSeconds = startsAhead;
  return {
    nowMs: () => machine.nowMs() + aheadSeconds * 1000,
    nowSeconds: () => machine.nowSeconds() + aheadSeconds,
    aheadSeconds: () => aheadSeconds,
    advance: (seconds) => {
      const moved = aheadSeconds + seconds;
      if (!mayBeAhead(moved)) return false;
      keep(moved);
      aheadSeconds = moved;
      return true;
    },
  };
};
