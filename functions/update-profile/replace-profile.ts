import { type Account, accountRow, sessionIsCurrent } from '../../shared/account/accounts.ts';
import type { PendingEmail } from '../../shared/account/pending-email.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { ProfileContent } from '../../shared/account/profile.ts';
import type { Write } from '../../shared/aws/dynamo.ts';

/** An account as a change leaves it. */
export const afterChange = (current: Account, changed: Partial<Account>, nowSeconds: number): Account => ({
  ...current,
  ...changed,
  profileVersion: current.profileVersion + 1,
  updatedAtEpochSeconds: nowSeconds,
});

/** A profile in place of the one that was read, beside its pending change. */
interface ProfileReplacement {
  principal: Principal;
  seen: Account;
  content: ProfileContent;
  /** `null` for none from then on. */
  pendingEmail: PendingEmail | null;
  nowSeconds: number;
}

const { when } = accountRow;

/** Loses when the session has ended, or the profile isn't any more what was read. */
export const replaceProfileWrite = ({
  principal,
  seen,
  content: { claims, metadata },
  pendingEmail,
  nowSeconds,
}: ProfileReplacement): Write =>
  accountRow.updateWrite(
    accountRow.key(principal.accountId),
    {
      set: {
        claims,
        metadata: JSON.stringify(metadata),
        updatedAtEpochSeconds: nowSeconds,
        ...(pendingEmail && { pendingEmail }),
      },
      increase: { profileVersion: 1 },
      ...(!pendingEmail && { remove: ['pendingEmail'] }),
    },
    when.and(sessionIsCurrent(principal), when.is('profileVersion', seen.profileVersion)),
  );
