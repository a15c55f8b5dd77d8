import * as z from 'zod/mini';
import { EMAIL_SIDES, type EmailSide } from '../contract/email-sides.ts';
import type { ProfileVersion } from '../contract/profile-version.ts';

/** Shape of a change of address that waits for its confirmations, in the account's row. */
export const pendingEmailShape = z.object({
  /** UUID v4. A change that replaces this one has another, so the tokens of this one are good for nothing any more. */
  changeId: z.string(),
  /** The new address, canonical. */
  email: z.string(),
  /** The account's epoch when the change was asked for: it is good in no other. */
  epoch: z.int(),
  /** In the order of confirmation. */
  confirmedBy: z.array(z.enum(EMAIL_SIDES)),
  expiresAtEpochSeconds: z.int(),
  /** Set where the owner can't read the old address: from then on its confirmation isn't needed. */
  waitsUntilEpochSeconds: z.optional(z.int()),
  /** Set with that: whether the owner has to prove the password again at the end, because no second factor has been on for long. */
  wantsOwner: z.optional(z.boolean()),
});

/** A change of address that waits for its confirmations. */
export type PendingEmail = z.infer<typeof pendingEmailShape>;

/** The part of an account that says which change is pending. */
interface PendingBearing {
  epoch: number;
  pendingEmail?: PendingEmail | undefined;
}

/** The change that is pending; `null` where there is none, where it has expired, or where it was asked for in an earlier epoch. */
export const pendingEmailOf = ({ epoch, pendingEmail }: PendingBearing, nowSeconds: number): PendingEmail | null =>
  pendingEmail && pendingEmail.epoch === epoch && pendingEmail.expiresAtEpochSeconds > nowSeconds ? pendingEmail : null;

/** Which version of its profile an account is in. */
export const profileVersionOf = (
  account: PendingBearing & { profileVersion: number },
  nowSeconds: number,
): ProfileVersion => ({ number: account.profileVersion, hasPending: pendingEmailOf(account, nowSeconds) !== null });

/** Whether the wait for an old address that can't be read is over. */
const isWaitOver = ({ waitsUntilEpochSeconds }: PendingEmail, nowSeconds: number): boolean =>
  waitsUntilEpochSeconds !== undefined && waitsUntilEpochSeconds <= nowSeconds;

/**
 * What the token of one side does: confirms its side, or switches the address where nothing else is missing. A side confirms
 * once. After the wait the new address alone is enough, unless the owner is wanted as well.
 */
export const confirmationStep = (
  pending: PendingEmail,
  side: EmailSide,
  nowSeconds: number,
): 'confirm' | 'switch' | 'refuse' => {
  if (side === 'new' && isWaitOver(pending, nowSeconds) && !pending.wantsOwner) return 'switch';
  if (pending.confirmedBy.includes(side)) return 'refuse';
  return pending.confirmedBy.length > 0 ? 'switch' : 'confirm';
};

/** Whether the owner, in a fresh session, can switch the address: the wait is over, and the new address has confirmed. */
export const isSwitchedByOwner = (pending: PendingEmail, nowSeconds: number): boolean =>
  isWaitOver(pending, nowSeconds) && pending.confirmedBy.includes('new');

/** The sides that have not confirmed. */
export const openSides = ({ confirmedBy }: Pick<PendingEmail, 'confirmedBy'>): EmailSide[] =>
  EMAIL_SIDES.filter((side) => !confirmedBy.includes(side));
