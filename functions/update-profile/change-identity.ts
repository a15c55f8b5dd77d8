import type { Account } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { ProfileContent } from '../../shared/account/profile.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { OwnerAction } from '../../shared/session/owner-action.ts';
import { type CancelEmailChange, provideCancelEmailChange } from './cancel-email-change.ts';
import { type ChangeEmail, provideChangeEmail } from './change-email.ts';
import { type ClearPhone, provideClearPhone } from './clear-phone.ts';
import type { IdentityDiffers, KeepWrites } from './profiles.ts';
import { notEditable } from './read-only.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface ChangeIdentityDeps {
  changeEmail: ChangeEmail;
  cancelEmailChange: CancelEmailChange;
  clearPhone: ClearPhone;
}

/** What a caller says of address and number, beside what else of the profile the same request changes. */
export interface IdentityChange {
  principal: Principal;
  /** Canonical; left out where it isn't mentioned. */
  email?: string | undefined;
  /** Whether the caller can't read the present address any more. */
  isUnreachable: boolean;
  /** `null` to remove it; left out where it isn't mentioned. */
  phoneNumber?: string | null | undefined;
  /** Versions that the caller holds; `null` where any will do. */
  versions: readonly number[] | null;
  /** What the profile is to say, by what it says. */
  contentOf: (current: Account) => ProfileContent;
  sourceIp: string;
  /** Keeps the answer. */
  keep: (standing: OwnerAction['standing']) => KeepWrites;
}

/**
 * Does what a write of the profile alone can't: asks for another address, takes that back, or removes the number.
 *
 * @returns `null` where the account has changed since it was read
 * @throws problem unauthenticated, fresh-session-required, invalid-request, too-many-requests, conflict
 */
const makeChangeIdentity =
  ({ changeEmail, cancelEmailChange, clearPhone }: ChangeIdentityDeps) =>
  async ({ outcome, account }: IdentityDiffers, change: IdentityChange): Promise<ChangedAccount | null> => {
    const { principal, email, phoneNumber, contentOf, keep } = change;
    switch (outcome) {
      case 'email-differs':
        return email === undefined ? null : changeEmail({ ...change, email });
      case 'email-pending':
        return cancelEmailChange({
          ...change,
          account,
          content: contentOf(account),
          keepWrites: keep({ of: principal }),
        });
      case 'phone-differs':
        if (phoneNumber !== null) throw notEditable('phone_number');
        return clearPhone({ ...change, account, content: contentOf(account) });
    }
  };

export type ChangeIdentity = ReturnType<typeof makeChangeIdentity>;

export const provideChangeIdentity = (
  scope: Scope<'audience' | 'emailChange' | 'events' | 'publicUrl' | 'sessions'> & Ports,
): ChangeIdentity =>
  makeChangeIdentity({
    changeEmail: scope.use(provideChangeEmail),
    cancelEmailChange: scope.use(provideCancelEmailChange),
    clearPhone: scope.use(provideClearPhone),
  });
