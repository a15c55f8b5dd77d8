import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';

/**
 * Names an intent that was given up among the rows of the account that it is for, for as long as it stays in the outbox: an erasure finds
 * it there, and no function has to look through the outbox.
 */
export const deadLetterRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: (partitionKey: string) => `DEAD_LETTER#${partitionKey}`,
  shape: {
    /** Of the intent's row. */
    partitionKey: z.string(),
    expiresAtEpochSeconds: z.int(),
  },
});
