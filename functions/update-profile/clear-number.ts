import type { Account } from '../../shared/account/accounts.ts';
import { isFresh, type Principal } from '../../shared/account/principal.ts';
import type { ProfileContent } from '../../shared/account/profile.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { type BeginOwnerAction, type OwnerAction, provideOwnerAction } from '../../shared/session/owner-action.ts';
import { lacksSecondProof, overviewOf, secondProofRequired } from '../../shared/two-factor/second-factors.ts';
import { type KeepWrites, makeProfiles, type OwnNumber, type Profiles } from './profiles.ts';
import { notEditable } from './read-only.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface ClearNumberDeps {
  profiles: Pick<Profiles, 'readForRemoval' | 'removeNumber'>;
  ownerAction: BeginOwnerAction;
  clock: Clock;
}

export interface ClearNumberInput {
  which: OwnNumber;
  principal: Principal;
  /** As it was read, with its numbers. */
  account: Account;
  /** What the profile is to say from then on. */
  content: ProfileContent;
  sourceIp: string;
  /** Keeps the answer. */
  keep: (standing: OwnerAction['standing']) => KeepWrites;
}

/** What history, notice and log call the removal of each. */
const EVENTS = { phone: 'phone-removed', recoveryPhone: 'recovery-phone-removed' } as const;

/**
 * Removes the number of recovery, or the profile's where it is no factor: a change of identity, so it wants a fresh session, with the second
 * factor where one is on, and every other session ends. A number that codes go to is removed by remove-factor alone.
 *
 * @returns `null` where the account has changed since it was read
 * @throws problem unauthenticated, fresh-session-required, invalid-request
 */
const makeClearNumber =
  ({ profiles, ownerAction, clock }: ClearNumberDeps) =>
  async ({ which, principal, account, content, sourceIp, keep }: ClearNumberInput): Promise<ChangedAccount | null> => {
    const { factors, session } = await profiles.readForRemoval(principal);
    if (!session) throw problem('unauthenticated');
    if (which === 'phone' && factors.sms) throw notEditable('phone_number'); // before it asks for a fresh session, which would not help
    if (lacksSecondProof(principal, overviewOf(factors))) throw secondProofRequired();
    if (!isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');

    const before = { account, factors };
    const action = ownerAction({ session, before, endsOtherSessions: true, event: EVENTS[which], sourceIp });
    const keepWrites = keep(action.standing);
    const removed = await profiles.removeNumber({ ...action.change, which, principal, account, content, keepWrites });
    return removed && { account: removed, ...action.complete() };
  };

export type ClearNumber = ReturnType<typeof makeClearNumber>;

export const provideClearNumber = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions'> & Ports,
): ClearNumber =>
  makeClearNumber({
    ...scope,
    profiles: scope.use(makeProfiles),
    ownerAction: scope.use(provideOwnerAction),
  });
