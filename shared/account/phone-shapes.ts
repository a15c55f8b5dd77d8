import * as z from 'zod/mini';

/** The number of an account, proven by a code; `null` where there is none. */
export const phoneShape = z.nullable(
  z.object({
    e164: z.string(),
    country: z.string(),
    /** Whether no other account has proven it since; absent where it was proven under 0.1.0. */
    isVerified: z.optional(z.boolean()),
  }),
);

/** The number that an owner has chosen for recovery, proven by a code (docs/adr/0054). */
export const recoveryPhoneShape = z.object({
  e164: z.string(),
  country: z.string(),
  /** Of the change that chose it: what was begun with an earlier choice ends with that. */
  choiceId: z.string(),
  /** Until then no recovery by phone begins; absent where its owner never called one off. */
  pausedUntilEpochSeconds: z.optional(z.int()),
});
