import * as z from 'zod/mini';

/** An instant of an answer. In a file without other fields, because those load more than some flows need. @see RFC 3339 §5.6 */
export const instantField = z.string().check(z.meta({ description: 'RFC 3339, UTC.', format: 'date-time' }));
