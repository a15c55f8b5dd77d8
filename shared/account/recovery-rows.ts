import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import { latestTokenShape } from './latest-token-row.ts';

/** A recovery token, by its hash. */
export const recoveryRow = defineRow({
  table: 'tokens',
  word: 'RECOVERY',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    epoch: z.int(),
    /**
     * How the token went out: `mail`, `sms`, or `veto` for one that ends a recovery by phone and no more; absent where release 0.1.0 wrote
     * the row. Functions of before take `mail` alone.
     */
    channel: z.optional(z.string()),
    /** The choice of the number that it went to; absent for one by mail. */
    choiceId: z.optional(z.string()),
    /** Whether an undo gave it (docs/adr/0053); absent where none did. */
    isOfUndo: z.optional(z.boolean()),
    expiresAtEpochSeconds: z.int(),
  },
});

/** The newest recovery token of an account, what it is derived from, and the mails that bring it. */
export const latestRecoveryRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'RECOVERY',
  shape: latestTokenShape,
});

/** The same of those that go out by SMS, to the number that the owner has chosen for it. */
export const latestRecoverySmsRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'RECOVERY_SMS',
  shape: latestTokenShape,
});
