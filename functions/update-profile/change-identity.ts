import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type CancelEmailChange, provideCancelEmailChange } from './cancel-email-change.ts';
import { type ChangeEmail, provideChangeEmail } from './change-email.ts';
import { type ClearNumber, provideClearNumber } from './clear-number.ts';
import { type IdentityChange, requireSameNumbers } from './identity-change.ts';
import type { IdentityDiffers } from './profiles.ts';
import { notEditable } from './read-only.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface ChangeIdentityDeps {
  changeEmail: ChangeEmail;
  cancelEmailChange: CancelEmailChange;
  clearNumber: ClearNumber;
}

/**
 * Does what a write of the profile alone can't: asks for another address, takes that back, or removes a number.
 *
 * @returns `null` where the account has changed since it was read
 * @throws problem unauthenticated, fresh-session-required, invalid-request, too-many-requests, conflict
 */
const makeChangeIdentity =
  ({ changeEmail, cancelEmailChange, clearNumber }: ChangeIdentityDeps) =>
  async ({ outcome, account }: IdentityDiffers, change: IdentityChange): Promise<ChangedAccount | null> => {
    const { principal, email, phoneNumber, recoveryPhone, contentOf, keep } = change;
    switch (outcome) {
      case 'email-differs':
        return email === undefined ? null : changeEmail({ ...change, email });
      case 'email-pending':
        requireSameNumbers(change, account);
        return cancelEmailChange({
          ...change,
          account,
          content: contentOf(account),
          keepWrites: keep({ of: principal }),
        });
      case 'phone-differs':
        if (phoneNumber !== null) throw notEditable('phone_number');
        requireSameNumbers({ recoveryPhone }, account);
        return clearNumber({ ...change, which: 'phone', account, content: contentOf(account) });
      case 'recovery-phone-differs':
        if (recoveryPhone !== null) throw notEditable('recovery_phone');
        return clearNumber({ ...change, which: 'recoveryPhone', account, content: contentOf(account) });
    }
  };

export type ChangeIdentity = ReturnType<typeof makeChangeIdentity>;

export const provideChangeIdentity = (
  scope: Scope<'audience' | 'emailChange' | 'events' | 'publicUrl' | 'sessions'> & Ports,
): ChangeIdentity =>
  makeChangeIdentity({
    changeEmail: scope.use(provideChangeEmail),
    cancelEmailChange: scope.use(provideCancelEmailChange),
    clearNumber: scope.use(provideClearNumber),
  });
