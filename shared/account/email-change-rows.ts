import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import { EMAIL_CHANGE_CHANNELS } from '../contract/email-sides.ts';

/**
 * A token that went to one of the two addresses or to the number, by its hash. What it is good for is said by the pending change in
 * the account's row alone: that of an address confirms its side once, and each can cancel the change as long as it is pending.
 */
export const emailChangeTokenRow = defineRow({
  table: 'tokens',
  word: 'EMAIL_CHANGE',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    changeId: z.string(),
    /** That the change was asked for in: the number's token cancels whichever change is pending in it. */
    epoch: z.optional(z.int()),
    channel: z.enum(EMAIL_CHANGE_CHANNELS),
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
