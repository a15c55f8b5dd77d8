import { toRfc3339 } from '../primitives/clock.ts';
import type { ProfileContent } from './profile.ts';

/** An account as its owner sees it: OIDC standard claims and the app's own metadata. @see OpenID Connect Core §5.1 */
export const profileView = (
  account: ProfileContent & {
    accountId: string;
    email: string;
    phone: { e164: string } | null;
    updatedAtEpochSeconds: number;
  },
) => ({
  sub: account.accountId,
  email: account.email,
  email_verified: true as const, // an account exists only once its address was proven
  ...(account.phone && { phone_number: account.phone.e164, phone_number_verified: true as const }),
  ...account.claims,
  updated_at: toRfc3339(account.updatedAtEpochSeconds),
  metadata: account.metadata,
});

export type ProfileView = ReturnType<typeof profileView>;
