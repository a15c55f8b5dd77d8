import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type CancelEmailChange, provideCancelEmailChange } from './cancel-email-change.ts';
import { type ChangeEmail, provideChangeEmail } from './change-email.ts';
import { type ClearPhone, provideClearPhone } from './clear-phone.ts';
import type { IdentityChange } from './identity-change.ts';
import type { IdentityDiffers } from './profiles.ts';
import { notEditable } from './read-only.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface ChangeIdentityDeps {
  changeEmail: ChangeEmail;
  cancelEmailChange: CancelEmailChange;
  clearPhone: ClearPhone;
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
        if (phoneNumber !== undefined && phoneNumber !== (account.phone?.e164 ?? null))
          throw notEditable('phone_number');
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
