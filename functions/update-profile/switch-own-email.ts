import type { PendingEmail } from '../../shared/account/pending-email.ts';
import { provideSwitchEmail, type SwitchEmail } from '../../shared/account/switch-email.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { type BeginOwnerAction, provideOwnerAction } from '../../shared/session/owner-action.ts';
import { carrySessionOverWrite } from '../../shared/session/sessions.ts';
import type { OwnEmailChange } from './identity-change.ts';
import { afterChange } from './replace-profile.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface SwitchOwnEmailDeps {
  switchEmail: SwitchEmail;
  ownerAction: BeginOwnerAction;
  clock: Clock;
}

/**
 * Switches the address of an owner who has waited for an old one that can't be read. Every other session ends.
 *
 * @returns `null` where the account has changed since it was read
 * @throws problem conflict where another account has the address
 */
const makeSwitchOwnEmail =
  ({ switchEmail, ownerAction, clock }: SwitchOwnEmailDeps) =>
  async (change: OwnEmailChange, pending: PendingEmail): Promise<ChangedAccount | null> => {
    const { principal, owner, content, sourceIp, keep } = change;
    const { account: before, session } = owner;
    const action = ownerAction({ session, before: owner, endsOtherSessions: true, event: 'email-changed', sourceIp });
    const { carriedOver, journalled, writes } = action.change;
    const account = afterChange(
      before,
      { ...content, email: pending.email, pendingEmail: undefined, epoch: before.epoch + 1 },
      clock.nowSeconds(),
    );
    const won = await switchEmail({
      account: before,
      pending,
      owner: { principal, content },
      journalled,
      sourceIp,
      writes: [
        ...(carriedOver ? [carrySessionOverWrite(carriedOver)] : []),
        ...writes,
        ...(await keep(action.standing)(account)),
      ],
    });
    return won ? { account, ...action.complete() } : null;
  };

export type SwitchOwnEmail = ReturnType<typeof makeSwitchOwnEmail>;

export const provideSwitchOwnEmail = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions'> & Ports,
): SwitchOwnEmail =>
  makeSwitchOwnEmail({
    ...scope,
    switchEmail: scope.use(provideSwitchEmail),
    ownerAction: scope.use(provideOwnerAction),
  });
