import type { Clock } from '../../shared/primitives/clock.ts';

/** A clock that moves only when told to. */
export interface FakeClock extends Clock {
  /** @param seconds to move forward; may have a fraction */
  advance(seconds: number): void;
}

/** @param startMs the first instant */
export const makeFakeClock = (startMs = Date.UTC(2026, 10, 21, 9, 0, 0)): FakeClock => {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    nowSeconds: () => Math.floor(nowMs / 1000),
    advance: (seconds) => {
      nowMs += seconds * 1000;
    },
  };
};
