import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';

/** Notes that an intent's SMS was paid for; apart from the budget, so that a flow which only asks for the note loads no more. */
export const smsSpentRow = defineRow({
  table: 'tokens',
  word: 'SMS_SPENT',
  sortKey: () => 'SMS_SPENT',
  shape: { expiresAtEpochSeconds: z.int() },
});
