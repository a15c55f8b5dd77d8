import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';

const shape = {
  /** That it proves, canonical. */
  email: z.string(),
  /** The account's when the proof was asked for: what ends sessions by force ends it. */
  epoch: z.int(),
  expiresAtEpochSeconds: z.int(),
} as const;

/** A token that proves that mail reaches an account's address again, by its hash. */
export const emailProofRow = defineRow({
  table: 'tokens',
  word: 'EMAIL_PROOF',
  sortKey: () => 'TOKEN',
  shape: { accountId: z.string(), ...shape },
});

/** What the token of an account's newest proof is derived from. As long as it lives there is no other proof. */
export const emailProofSaltRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'EMAIL_PROOF',
  shape: { salt: z.string(), ...shape },
});
