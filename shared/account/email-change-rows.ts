import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import { EMAIL_SIDES } from '../contract/email-sides.ts';

/**
 * A token that went to one of the two addresses, by its hash. What it is good for is said by the pending change in the account's
 * row alone: the same token confirms its side once, and can cancel the change as long as it is pending.
 */
export const emailChangeTokenRow = defineRow({
  table: 'tokens',
  word: 'EMAIL_CHANGE',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    changeId: z.string(),
    side: z.enum(EMAIL_SIDES),
    expiresAtEpochSeconds: z.int(),
  },
});

/** What the tokens of an account's newest change are derived from. Apart from the account's row, which every flow with a session reads. */
export const emailChangeSaltRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'EMAIL_CHANGE',
  shape: { changeId: z.string(), salt: z.string(), expiresAtEpochSeconds: z.int() },
});
