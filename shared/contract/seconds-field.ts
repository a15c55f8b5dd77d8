import * as z from 'zod/mini';

/** What every client's plain integer holds. @see OpenAPI 3.1 §4.4, format int32 */
const INT32_MAX = 2 ** 31 - 1;

/** The last second of the year 9999, the last that RFC 3339 can write. */
const EPOCH_SECONDS_MAX = 253_402_300_799;

/** A count or status of an answer. In a file without other fields, because those load more than some flows need. */
export const countField = (description: string) =>
  z.int().check(z.minimum(0), z.maximum(INT32_MAX), z.meta({ description, format: 'int32' }));

/** A duration of an answer. */
export const secondsField = countField('Whole seconds.');

/** An instant of an answer as a number: no standard claim of OpenID Connect is an RFC 3339 text. */
export const epochSecondsField = (description: string) =>
  z.int().check(z.minimum(0), z.maximum(EPOCH_SECONDS_MAX), z.meta({ description, format: 'int64' }));
