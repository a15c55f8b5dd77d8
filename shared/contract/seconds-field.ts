import * as z from 'zod/mini';

/** A time that an answer names. In a file of its own, because other fields load more than some flows need. */
export const secondsField = z.int().check(z.describe('Whole seconds.'));
