import * as z from 'zod/mini';

/** In seconds. */
export const MINUTE = 60;

/** In seconds. */
export const HOUR = 60 * MINUTE;

/** In seconds. */
export const DAY = 24 * HOUR;

/** A setting in seconds, within bounds. */
export const seconds = (bounds: { default: number; min: number; max: number; why: string }) =>
  z
    ._default(z.int().check(z.minimum(bounds.min), z.maximum(bounds.max)), bounds.default)
    .check(z.describe(`${bounds.why} Seconds, ${bounds.min} to ${bounds.max}; ${bounds.default} unless set.`));
