import type { Dynamo } from '../aws/dynamo.ts';
import { type Clock, toRfc3339 } from '../primitives/clock.ts';
import type { Account } from './accounts.ts';
import { isEmailDeliverable } from './email-mark.ts';
import { type PendingEmail, pendingEmailOf } from './pending-email.ts';
import { makePhoneClaims } from './phone-claims.ts';

/** The changes that wait to be confirmed, as their owner sees them. */
const pendingView = ({ email, confirmedBy, expiresAtEpochSeconds, waitsUntilEpochSeconds }: PendingEmail) => ({
  email: {
    new: email,
    confirmed_by: confirmedBy,
    expires_at: toRfc3339(expiresAtEpochSeconds),
    ...(waitsUntilEpochSeconds !== undefined && { waits_until: toRfc3339(waitsUntilEpochSeconds) }),
  },
});

/** An account as its owner sees it: OIDC standard claims and the app's own metadata. @see OpenID Connect Core §5.1 */
const profileView = (
  account: Account,
  { isPhoneVerified, pending }: { isPhoneVerified: boolean; pending: PendingEmail | null },
) => ({
  sub: account.accountId,
  email: account.email,
  email_verified: true as const, // an account exists only once its address was proven
  ...(!isEmailDeliverable(account) && { email_deliverable: false as const }),
  ...(account.phone && { phone_number: account.phone.e164, phone_number_verified: isPhoneVerified }),
  ...(account.recoveryPhone && { recovery_phone: account.recoveryPhone.e164 }),
  ...account.claims,
  updated_at: account.updatedAtEpochSeconds, // a number, as the standard has it, and not RFC 3339 as elsewhere
  metadata: account.metadata,
  ...(pending && { pending: pendingView(pending) }),
});

export type ProfileView = ReturnType<typeof profileView>;

/** Shows an account to its owner. Only for a number that was proven under 0.1.0 something is read. */
export type ViewProfile = (account: Account) => Promise<ProfileView>;

/** Makes it. */
export const makeViewProfile = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): ViewProfile => {
  const phoneClaims = makePhoneClaims({ dynamo, clock });
  return async (account) =>
    profileView(account, {
      isPhoneVerified: await phoneClaims.isVerified(account),
      pending: pendingEmailOf(account, clock.nowSeconds()),
    });
};
