import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { RowOf } from '../aws/row.ts';
import { RESETTABLE_FACTORS } from '../contract/factor-names.ts';

/** The ways that the link goes that stops a reset; the token of each is another. */
const FACTOR_RESET_CHANNELS = ['mail', 'sms'] as const;

export type FactorResetChannel = (typeof FACTOR_RESET_CHANNELS)[number];

/** A reset of second factors that waits for its owner's veto: one of an account at the most (docs/adr/0068). */
export const factorResetRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'FACTOR_RESET',
  shape: {
    /** UUID v4. What replaces it has another, so the tokens of this one are good for nothing any more. */
    resetId: z.string(),
    factor: z.enum(RESETTABLE_FACTORS),
    /** The ARN of the operator that asked for it: only another one may do it before the wait is over. */
    askedBy: z.string(),
    askedAtEpochSeconds: z.int(),
    /** From then on it can be done without a second operator. */
    waitsUntilEpochSeconds: z.int(),
    /** Digest of the channels that were told, and of the factors: the reset ends where one of those is another. */
    seen: z.string(),
    /** What the tokens of its links are derived from; absent until the first is made, since operators have no keyring. */
    salt: z.optional(z.string()),
    expiresAtEpochSeconds: z.int(),
  },
});

export type FactorReset = RowOf<typeof factorResetRow>;

/** A token that stops a reset, by its hash. It is bound to the reset, and to no epoch: a new password must not take the veto away. */
export const factorResetTokenRow = defineRow({
  table: 'tokens',
  word: 'FACTOR_RESET',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    resetId: z.string(),
    channel: z.enum(FACTOR_RESET_CHANNELS),
    expiresAtEpochSeconds: z.int(),
  },
});
