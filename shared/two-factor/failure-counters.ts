import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import { CHALLENGE_FACTORS, type ChallengeFactor } from '../contract/factor-names.ts';

/**
 * What a try is counted against; `password` where a signed-in caller proves it again, `undo` where a factor of before a change is proven:
 * a sign-in with a factor of today must not forget the guesses at that one.
 */
export type CountedFactor = ChallengeFactor | 'password' | 'undo';

/** All of them. */
export const COUNTED_FACTORS: readonly CountedFactor[] = [...CHALLENGE_FACTORS, 'password', 'undo'];

/** The failures of an account's factor. The key names no window: at its end a lock would be gone, with twenty more attempts at once. */
export const failuresRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: (factor: CountedFactor) => `ATTEMPTS#${factor}`,
  shape: {
    used: z.number(),
    /** Absent where no lock was begun. */
    lockedUntilEpochSeconds: z.optional(z.number()),
    expiresAtEpochSeconds: z.number(),
  },
});

/**
 * The writes that forget an account's failures, to ride with what makes them meaningless: a success, or the end of what they
 * were counted for.
 */
export const forgetFailuresWrites = (accountId: string, factors: readonly CountedFactor[]): Write[] =>
  factors.map((factor) => failuresRow.deleteWrite(failuresRow.key(accountId, factor)));
