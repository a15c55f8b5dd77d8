import { isSwitchedByOwner, pendingEmailOf } from '../../shared/account/pending-email.ts';
import { isFresh } from '../../shared/account/principal.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { isMisread } from '../../shared/primitives/email-address.ts';
import { type FindOwner, provideFindOwner } from '../../shared/two-factor/find-owner.ts';
import { type AskForEmailChange, provideAskForEmailChange } from './ask-for-email-change.ts';
import { requireSameNumbers, type WantedEmail } from './identity-change.ts';
import { wrong } from './read-only.ts';
import { provideSwitchOwnEmail, type SwitchOwnEmail } from './switch-own-email.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface ChangeEmailDeps {
  findOwner: FindOwner;
  askForEmailChange: AskForEmailChange;
  switchOwnEmail: SwitchOwnEmail;
  clock: Clock;
}

/**
 * Begins a change of address, or asks for its mails once more; after the wait for an old address that can't be read, switches
 * it. It wants a fresh session, with the second factor where one is on. Nothing is read of the new address: whether it has an
 * account is never known here (docs/adr/0055).
 *
 * @returns `null` where the account has changed since it was read
 * @throws problem unauthenticated, fresh-session-required, invalid-request, too-many-requests, conflict
 */
const makeChangeEmail =
  ({ findOwner, askForEmailChange, switchOwnEmail, clock }: ChangeEmailDeps) =>
  async ({
    phoneNumber,
    recoveryPhone,
    versions,
    contentOf,
    ...input
  }: WantedEmail): Promise<ChangedAccount | null> => {
    const { principal, email, isUnreachable } = input;
    if (isMisread(email)) throw wrong('email', 'misread-email-address');
    const nowSeconds = clock.nowSeconds();
    if (!isFresh(principal, nowSeconds)) throw problem('fresh-session-required');
    const owner = await findOwner(principal);
    const { account } = owner;
    if (account.email === email || (versions && !versions.includes(account.profileVersion))) return null;
    requireSameNumbers({ phoneNumber, recoveryPhone }, account);

    const change = { ...input, owner, content: contentOf(account) };
    const pending = pendingEmailOf(account, nowSeconds);
    const isSame = pending?.email === email && (!isUnreachable || pending.waitsUntilEpochSeconds !== undefined);
    if (!pending || !isSame) return askForEmailChange(change, null);
    return isSwitchedByOwner(pending, nowSeconds)
      ? switchOwnEmail(change, pending)
      : askForEmailChange(change, pending);
  };

export type ChangeEmail = ReturnType<typeof makeChangeEmail>;

export const provideChangeEmail = (
  scope: Scope<'audience' | 'emailChange' | 'events' | 'publicUrl' | 'sessions'> & Ports,
): ChangeEmail =>
  makeChangeEmail({
    ...scope,
    findOwner: scope.use(provideFindOwner),
    askForEmailChange: scope.use(provideAskForEmailChange),
    switchOwnEmail: scope.use(provideSwitchOwnEmail),
  });
