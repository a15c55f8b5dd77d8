import type { Account, Accounts } from '../../shared/account/accounts.ts';
import { profileVersionOf } from '../../shared/account/pending-email.ts';
import type { ProfileMembers } from '../../shared/account/profile.ts';
import type { ViewProfile } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper, AnswerToKeep } from '../../shared/idempotency/answer-keeper.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { OwnerAction } from '../../shared/session/owner-action.ts';
import type { ChangeIdentity } from './change-identity.ts';
import type { IdentityChange } from './identity-change.ts';
import { blindWriteOf, contentOf } from './profile-content.ts';
import type { KeepWrites, Profiles, ProfileWrite } from './profiles.ts';
import {
  type KeepsEmail,
  notEditable,
  type ReadOnlyMembers,
  requireAsRead,
  requireUnchanged,
  wrong,
} from './read-only.ts';
import { makeAsWritten, type WrittenProfile } from './written-profile.ts';

export interface UpdateProfileDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  profiles: Pick<Profiles, 'update'>;
  viewProfile: ViewProfile;
  changeIdentity: ChangeIdentity;
  clock: Clock;
}

export interface UpdateProfileInput extends Omit<IdentityChange, 'email' | 'contentOf' | 'keep'> {
  mode: 'replace' | 'merge';
  members: ProfileMembers;
  /** As the caller sent it, canonical; `null` to remove it; left out where it isn't mentioned. */
  email?: string | null | undefined;
  readOnly: ReadOnlyMembers;
  keeper: AnswerKeeper;
}

/** A change that reads first competes with other writers; after so many losses the caller decides. @see RFC 9110 §13.1.1 */
const READING_ATTEMPTS = 5;

/**
 * Changes the caller's profile in one conditional write, which is the session check as well. Only a merge into metadata or
 * the postal address reads first, and a change whose answer is kept for a repeat; only an e-mail address that changes and a number
 * that is to go take more.
 *
 * @throws problem unauthenticated, fresh-session-required, precondition-failed, conflict, invalid-request, too-many-requests
 */
export const makeUpdateProfile = (deps: UpdateProfileDeps) => {
  const { accounts, profiles, viewProfile, changeIdentity, clock } = deps;
  const asWritten = makeAsWritten(viewProfile);

  const keepWith =
    ({ keeper }: UpdateProfileInput & KeepsEmail, standing: Omit<AnswerToKeep, 'result'>): KeepWrites =>
    async (account) =>
      keeper.isAsked ? keeper.keepWrites({ result: await asWritten({ account }), ...standing }) : [];

  /** @returns `null` where the profile isn't any more what it was taken for */
  const tryTo = async (
    input: UpdateProfileInput & KeepsEmail,
    write: ProfileWrite,
    versions: readonly number[] | null,
    read: Account | null = null,
  ): Promise<WrittenProfile | null> => {
    const { principal, email, phoneNumber, recoveryPhone } = input;
    const kept =
      read && write.kind === 'replace' && input.keeper.isAsked
        ? { current: read, content: write.content, keepWrites: keepWith(input, { of: principal }) }
        : null;
    // PUT may come with what GET gave, and then says nothing of a change that is pending.
    const asked = { principal, email, phoneNumber, recoveryPhone, endsPendingEmail: input.mode === 'merge' };
    const result = await profiles.update({ ...asked, write, versions, kept });
    switch (result.outcome) {
      case 'updated':
        return asWritten(result);
      case 'session-ended':
        throw problem('unauthenticated');
      case 'version-differs':
        if (!read) throw problem('precondition-failed', { version: result.version });
        return null;
      default: {
        const keep = (standing: OwnerAction['standing']) => keepWith(input, standing);
        const changed = await changeIdentity(result, { ...input, versions, contentOf: contentOf(input), keep });
        return changed && asWritten(changed);
      }
    }
  };

  const changeWhatIsRead = async (input: UpdateProfileInput & KeepsEmail): Promise<WrittenProfile> => {
    const { principal, versions } = input;
    for (let attempt = 0; attempt < READING_ATTEMPTS; attempt += 1) {
      const current = await accounts.findForSession(principal);
      if (!current) throw problem('unauthenticated');
      if (versions && !versions.includes(current.profileVersion)) {
        throw problem('precondition-failed', { version: profileVersionOf(current, clock.nowSeconds()) });
      }
      if (input.isUnreachable && input.email === current.email) throw wrong('email_unreachable', 'not-applicable');
      await requireAsRead(input.readOnly, () => viewProfile(current));
      const write = { kind: 'replace', content: contentOf(input)(current) } as const;
      const written = await tryTo(input, write, [current.profileVersion], current);
      if (written) return written;
    }
    throw problem('conflict');
  };

  return async ({ email, ...others }: UpdateProfileInput): Promise<WrittenProfile> => {
    if (email === null) throw notEditable('email'); // an account always has one
    if (others.isUnreachable && email === undefined) throw wrong('email', 'required');
    const input = { ...others, email };
    const { principal, readOnly, versions, keeper } = input;
    requireUnchanged(readOnly, principal.accountId);
    const readsFirst = keeper.isAsked || input.isUnreachable || readOnly.phone_number_verified !== undefined;
    const write = readsFirst ? null : blindWriteOf(input);
    return (write && (await tryTo(input, write, versions))) ?? changeWhatIsRead(input);
  };
};
