import type { Account } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { ProfileContent } from '../../shared/account/profile.ts';
import type { OwnerAction } from '../../shared/session/owner-action.ts';
import type { Owner } from '../../shared/two-factor/find-owner.ts';
import type { KeepWrites } from './profiles.ts';
import { notEditable } from './read-only.ts';

/** What a caller says of address and numbers, beside what else of the profile the same request changes. */
export interface IdentityChange {
  principal: Principal;
  /** Canonical; left out where it isn't mentioned. */
  email?: string | undefined;
  /** Whether the caller can't read the present address any more. */
  isUnreachable: boolean;
  /** `null` to remove it; left out where it isn't mentioned. */
  phoneNumber?: string | null | undefined;
  /** Likewise the number for recovery. */
  recoveryPhone?: string | null | undefined;
  /** Versions that the caller holds; `null` where any will do. */
  versions: readonly number[] | null;
  /** What the profile is to say, by what it says. */
  contentOf: (current: Account) => ProfileContent;
  sourceIp: string;
  /** Keeps the answer. */
  keep: (standing: OwnerAction['standing']) => KeepWrites;
}

/**
 * Refuses numbers that differ, beside a change of something else: one change of identity at a time, since each has a proof of its own.
 *
 * @throws problem invalid-request
 */
export const requireSameNumbers = (
  { phoneNumber, recoveryPhone }: Pick<IdentityChange, 'phoneNumber' | 'recoveryPhone'>,
  account: Pick<Account, 'phone' | 'recoveryPhone'>,
): void => {
  if (phoneNumber !== undefined && phoneNumber !== (account.phone?.e164 ?? null)) throw notEditable('phone_number');
  if (recoveryPhone !== undefined && recoveryPhone !== (account.recoveryPhone?.e164 ?? null)) {
    throw notEditable('recovery_phone');
  }
};

/** A change that names another address. */
export type WantedEmail = IdentityChange & { email: string };

/** A change of address by an owner who was read, and may make it. */
export interface OwnEmailChange
  extends Pick<WantedEmail, 'principal' | 'email' | 'isUnreachable' | 'sourceIp' | 'keep'> {
  owner: Owner;
  content: ProfileContent;
}
