import { type Account, accountRow, requireSessionWrite, sessionIsCurrent } from '../account/accounts.ts';
import type { Principal } from '../account/principal.ts';
import type { ProfileContent } from '../account/profile.ts';
import type { Write } from '../aws/dynamo.ts';
import { type CarriedOver, carrySessionOverWrite } from './sessions.ts';

/** A change of an account by its owner. */
export interface OwnerChange {
  principal: Principal;
  /** `null` where the other sessions live on. */
  carriedOver: CarriedOver | null;
  /** The number that the account has from now on, `null` for none; left out where it stays as it is. */
  phone?: Account['phone'] | undefined;
  /** What the profile says from now on, where it was read in a version that it must still have; goes with a number alone. */
  profile?: { content: ProfileContent; seenVersion: number };
  nowSeconds: number;
}

/**
 * The writes that every change by an owner rides with: they check the session and, where the other sessions end, raise the
 * epoch and carry the caller's own session over. All of them lose when the session has ended.
 */
export const ownerWrites = ({ principal, carriedOver, phone, profile, nowSeconds }: OwnerChange): Write[] => {
  if (!carriedOver && phone === undefined) return [requireSessionWrite(principal)];
  const { accountId, epoch } = principal;
  const isCurrent = sessionIsCurrent(principal);
  return [
    accountRow.updateWrite(
      accountRow.key(accountId),
      {
        set: {
          epoch: carriedOver ? epoch + 1 : epoch,
          ...(phone !== undefined && { phone, updatedAtEpochSeconds: nowSeconds }),
          ...(profile && { claims: profile.content.claims, metadata: JSON.stringify(profile.content.metadata) }),
        },
        ...(phone !== undefined && { increase: { profileVersion: 1 } }),
      },
      profile ? accountRow.when.and(isCurrent, accountRow.when.is('profileVersion', profile.seenVersion)) : isCurrent,
    ),
    ...(carriedOver ? [carrySessionOverWrite(carriedOver)] : []),
  ];
};
