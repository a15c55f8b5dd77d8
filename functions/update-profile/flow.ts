import type { Account, Accounts } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import {
  isPlainMerge,
  mergeProfile,
  type ProfileContent,
  type ProfileMembers,
  replaceProfile,
} from '../../shared/account/profile.ts';
import type { ViewProfile } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper, AnswerToKeep } from '../../shared/idempotency/answer-keeper.ts';
import type { OwnerAction } from '../../shared/session/owner-action.ts';
import type { CancelEmailChange } from './cancel-email-change.ts';
import type { ChangeEmail } from './change-email.ts';
import type { ClearPhone } from './clear-phone.ts';
import type { KeepWrites, Profiles, ProfileWrite } from './profiles.ts';
import { type KeepsEmail, notEditable, type ReadOnlyMembers, requireAsRead, requireUnchanged } from './read-only.ts';
import { accepted, makeAsWritten, type WrittenProfile } from './written-profile.ts';

export interface UpdateProfileDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  profiles: Pick<Profiles, 'update'>;
  viewProfile: ViewProfile;
  changeEmail: ChangeEmail;
  cancelEmailChange: CancelEmailChange;
  clearPhone: ClearPhone;
}

export interface UpdateProfileInput {
  principal: Principal;
  mode: 'replace' | 'merge';
  members: ProfileMembers;
  /** As the caller sent it, canonical; `null` to remove it; left out where it isn't mentioned. */
  email?: string | null | undefined;
  /** Whether the caller can't read the present address any more. */
  isUnreachable: boolean;
  phoneNumber?: string | null | undefined;
  readOnly: ReadOnlyMembers;
  /** Versions that the caller holds; `null` where any will do. */
  versions: readonly number[] | null;
  sourceIp: string;
  sourceNetwork: string;
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
  const { accounts, profiles, viewProfile, changeEmail, cancelEmailChange, clearPhone } = deps;
  const asWritten = makeAsWritten(viewProfile);

  const keepWith =
    ({ keeper }: UpdateProfileInput & KeepsEmail, standing: Omit<AnswerToKeep, 'result'>): KeepWrites =>
    async (account) =>
      keeper.isAsked ? keeper.keepWrites({ result: await asWritten({ account }), ...standing }) : [];

  const contentOf =
    ({ mode, members }: UpdateProfileInput & KeepsEmail) =>
    (current: Account): ProfileContent =>
      accepted(mode === 'replace' ? replaceProfile(members) : mergeProfile(current, members));

  /** @returns `null` where the profile isn't any more what it was taken for */
  const tryTo = async (
    input: UpdateProfileInput & KeepsEmail,
    write: ProfileWrite,
    versions: readonly number[] | null,
    read: Account | null = null,
  ): Promise<WrittenProfile | null> => {
    const { principal, email, phoneNumber } = input;
    const kept =
      read && write.kind === 'replace' && input.keeper.isAsked
        ? { current: read, content: write.content, keepWrites: keepWith(input, { of: principal }) }
        : null;
    const result = await profiles.update({
      principal,
      write,
      versions,
      email,
      endsPendingEmail: input.mode === 'merge', // PUT may come with what GET gave, and then says nothing of it
      phoneNumber,
      kept,
    });
    const keep = (standing: OwnerAction['standing']) => keepWith(input, standing);
    switch (result.outcome) {
      case 'updated':
        return asWritten(result);
      case 'session-ended':
        throw problem('unauthenticated');
      case 'email-differs': {
        if (email === undefined) return null;
        const changed = await changeEmail({ ...input, email, versions, contentOf: contentOf(input), keep });
        return changed && asWritten(changed);
      }
      case 'email-pending': {
        const { account } = result;
        const content = contentOf(input)(account);
        const cancelled = await cancelEmailChange({ ...input, account, content, keepWrites: keep({ of: principal }) });
        return cancelled && asWritten(cancelled);
      }
      case 'phone-differs': {
        if (phoneNumber !== null) throw notEditable('phone_number');
        const { account } = result;
        const cleared = await clearPhone({ ...input, account, content: contentOf(input)(account), keep });
        return cleared && asWritten(cleared);
      }
      case 'version-differs':
        return null;
    }
  };

  const changeWhatIsRead = async (input: UpdateProfileInput & KeepsEmail): Promise<WrittenProfile> => {
    const { principal, versions } = input;
    for (let attempt = 0; attempt < READING_ATTEMPTS; attempt += 1) {
      const current = await accounts.findForSession(principal);
      if (!current) throw problem('unauthenticated');
      if (versions && !versions.includes(current.profileVersion)) throw problem('precondition-failed');
      await requireAsRead(input.readOnly, () => viewProfile(current));
      const written = await tryTo(
        input,
        { kind: 'replace', content: contentOf(input)(current) },
        [current.profileVersion],
        current,
      );
      if (written) return written;
    }
    throw problem('conflict');
  };

  return async ({ email, ...others }: UpdateProfileInput): Promise<WrittenProfile> => {
    if (email === null) throw notEditable('email'); // an account always has one
    if (others.isUnreachable && email === undefined) {
      throw problem('invalid-request', { errors: [{ field: 'email', code: 'required' }] });
    }
    const input = { ...others, email };
    const { principal, mode, members, readOnly, versions, keeper } = input;
    requireUnchanged(readOnly, principal.accountId);
    const readsFirst = keeper.isAsked || readOnly.phone_number_verified !== undefined;
    if (readsFirst || (mode === 'merge' && !isPlainMerge(members))) return changeWhatIsRead(input);
    const write: ProfileWrite =
      mode === 'replace'
        ? { kind: 'replace', content: accepted(replaceProfile(members)) }
        : { kind: 'merge', claims: members as ProfileContent['claims'] };
    const written = await tryTo(input, write, versions);
    if (!written) throw problem(versions ? 'precondition-failed' : 'conflict');
    return written;
  };
};
