import * as z from 'zod/mini';

/** Why mail does not reach an address. */
const EMAIL_MARK_REASONS = ['bounced', 'complained', 'suppressed'] as const;

export type EmailMarkReason = (typeof EMAIL_MARK_REASONS)[number];

/** Says in the account's row that mail does not reach its address. A change of the address removes it. */
export const emailMarkShape = z.object({
  reason: z.enum(EMAIL_MARK_REASONS),
  /** When it was marked. */
  atEpochSeconds: z.int(),
});

/** The part of an account that says whether mail reaches it. */
interface MarkBearing {
  emailMark?: z.infer<typeof emailMarkShape> | undefined;
}

/** Whether nothing speaks against mail to an account's address. */
export const isEmailDeliverable = ({ emailMark }: MarkBearing): boolean => emailMark === undefined;
