import * as z from 'zod/mini';
import { defineRow } from '../../shared/aws/define-row.ts';

/** Says that an owner was told by SMS of a recovery mail that was lost: for as long as it lives, no other SMS tells of one. */
export const lostMailRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'LOST_MAIL',
  shape: { expiresAtEpochSeconds: z.int() },
});
