import * as z from 'zod/mini';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import type { MovableClock } from '../movable-clock.ts';

/** A year and a day. */
const ADVANCE_MAX_SECONDS = 366 * 24 * 60 * 60;

const clockOrder = z.strictObject({
  advance_seconds: z.int().check(z.minimum(1), z.maximum(ADVANCE_MAX_SECONDS)),
});

/** Help for the author of an order that was not understood, or that goes too far. */
export const CLOCK_ORDER_HELP = `Send JSON like {"advance_seconds":259200}: a whole number from 1 to ${ADVANCE_MAX_SECONDS}, at most a hundred years in all. The clock is moved on only: to go back, stop the service and remove DATA_DIR.`;

const parse = (order: unknown): number | null => clockOrder.safeParse(order).data?.advance_seconds ?? null;

const ofJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
};

/** A form's fields as the same order; a number is written in digits alone. */
const ofForm = (body: string): unknown => {
  const fields = [...new URLSearchParams(body)];
  return Object.fromEntries(fields.map(([name, value]) => [name, /^\d{1,12}$/.test(value) ? Number(value) : value]));
};

/**
 * Moves the clock as an order says.
 *
 * @param body of `PUT /clock`, JSON, or of the page's form
 * @returns whether it was understood; nothing changes when it was not
 */
export const moveClock = (clock: Pick<MovableClock, 'advance'>, format: 'json' | 'form', body: string): boolean => {
  const seconds = parse(format === 'json' ? ofJson(body) : ofForm(body));
  return seconds !== null && clock.advance(seconds);
};

/** What the clock says, for `GET /clock`. */
export const shownClock = (clock: Clock & Pick<MovableClock, 'aheadSeconds'>) => ({
  now: toRfc3339(clock.nowSeconds()),
  ahead_seconds: clock.aheadSeconds(),
});
