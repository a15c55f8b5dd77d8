import { type Account, accountRow, sessionIsCurrent } from '../account/accounts.ts';
import { countChange, type JournalledChange } from '../account/change-journal.ts';
import type { Principal } from '../account/principal.ts';
import type { ProfileContent } from '../account/profile.ts';
import type { Write } from '../aws/dynamo.ts';
import { type CarriedOver, carrySessionOverWrite } from './sessions.ts';

/** A change of an account by its owner. */
export interface OwnerChange {
  principal: Principal;
  /** `null` where the other sessions live on. */
  carriedOver: CarriedOver | null;
  /** As the owner's action made it; its own write is among those of the action. */
  journalled: JournalledChange;
  /** The number that the account has from now on, `null` for none; left out where it stays as it is. */
  phone?: Account['phone'] | undefined;
  /** Likewise the number for recovery. */
  recoveryPhone?: Account['recoveryPhone'];
  /** What the profile says from now on, where it was read in a version that it must still have; goes with one of the numbers alone. */
  profile?: { content: ProfileContent; seenVersion: number };
  nowSeconds: number;
}

/**
 * The writes that every change by an owner rides with: they check the session, count the change and, where the other sessions end, raise
 * the epoch and carry the caller's own session over. All of them lose when the session has ended, or after another change.
 */
export const ownerWrites = ({
  principal,
  carriedOver,
  journalled,
  phone,
  recoveryPhone,
  profile,
  nowSeconds,
}: OwnerChange): Write[] => {
  const { accountId, epoch } = principal;
  const { when } = accountRow;
  const counted = countChange(journalled);
  const showsOther = phone !== undefined || recoveryPhone !== undefined;
  const seenVersion = profile ? [when.is('profileVersion', profile.seenVersion)] : [];
  return [
    accountRow.updateWrite(
      accountRow.key(accountId),
      {
        set: {
          ...counted.set,
          ...(carriedOver && { epoch: epoch + 1 }),
          ...(phone !== undefined && { phone }),
          ...(recoveryPhone !== undefined && { recoveryPhone }),
          ...(showsOther && { updatedAtEpochSeconds: nowSeconds }),
          ...(profile && { claims: profile.content.claims, metadata: JSON.stringify(profile.content.metadata) }),
        },
        ...(showsOther && { increase: { profileVersion: 1 } }),
      },
      when.and(sessionIsCurrent(principal), counted.when, ...seenVersion),
    ),
    ...(carriedOver ? [carrySessionOverWrite(carriedOver)] : []),
  ];
};
