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
import type { ClearPhone } from './clear-phone.ts';
import type { KeepWrites, Profiles, ProfileWrite } from './profiles.ts';
import { type KeepsEmail, notEditable, type ReadOnlyMembers, requireAsRead, requireUnchanged } from './read-only.ts';
import { accepted, makeAsWritten, type WrittenProfile } from './written-profile.ts';

export interface UpdateProfileDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  profiles: Pick<Profiles, 'update'>;
  viewProfile: ViewProfile;
  clearPhone: ClearPhone;
}

export interface UpdateProfileInput {
  principal: Principal;
  mode: 'replace' | 'merge';
  members: ProfileMembers;
  /** As the caller sent it, canonical; `null` to remove it; left out where it isn't mentioned. */
  email?: string | null | undefined;
  phoneNumber?: string | null | undefined;
  readOnly: ReadOnlyMembers;
  /** Versions that the caller holds; `null` where any will do. */
  versions: readonly number[] | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/** A change that reads first competes with other writers; after so many losses the caller decides. @see RFC 9110 §13.1.1 */
const READING_ATTEMPTS = 5;

/**
 * Changes the caller's profile in one conditional write, which is the session check as well. Only a merge into metadata or
 * the address reads first, and a change whose answer is kept for a repeat; only a number that is to go takes more.
 *
 * @throws problem unauthenticated, fresh-session-required, precondition-failed, conflict, invalid-request
 */
export const makeUpdateProfile = ({ accounts, profiles, viewProfile, clearPhone }: UpdateProfileDeps) => {
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
    const { principal, mode, members, email, phoneNumber, sourceIp } = input;
    const kept =
      read && write.kind === 'replace' && input.keeper.isAsked
        ? { current: read, content: write.content, keepWrites: keepWith(input, { of: principal }) }
        : null;
    const result = await profiles.update({ principal, write, versions, email, phoneNumber, kept });
    switch (result.outcome) {
      case 'updated':
        return asWritten(result);
      case 'session-ended':
        throw problem('unauthenticated');
      case 'email-differs':
        throw notEditable('email');
      case 'phone-differs': {
        if (phoneNumber !== null) throw notEditable('phone_number');
        const { account } = result;
        const content = accepted(mode === 'replace' ? replaceProfile(members) : mergeProfile(account, members));
        const keep = (standing: OwnerAction['standing']) => keepWith(input, standing);
        const cleared = await clearPhone({ principal, account, content, sourceIp, keep });
        return cleared && asWritten(cleared);
      }
      case 'version-differs':
        if (!read) throw problem('precondition-failed', { version: result.version });
        return null;
    }
  };

  const changeWhatIsRead = async (input: UpdateProfileInput & KeepsEmail): Promise<WrittenProfile> => {
    const { principal, versions, mode, members } = input;
    for (let attempt = 0; attempt < READING_ATTEMPTS; attempt += 1) {
      const current = await accounts.findForSession(principal);
      if (!current) throw problem('unauthenticated');
      const { profileVersion: version } = current;
      if (versions && !versions.includes(version)) throw problem('precondition-failed', { version });
      await requireAsRead(input.readOnly, () => viewProfile(current));
      const content = accepted(mode === 'replace' ? replaceProfile(members) : mergeProfile(current, members));
      const written = await tryTo(input, { kind: 'replace', content }, [version], current);
      if (written) return written;
    }
    throw problem('conflict');
  };

  return async ({ email, ...others }: UpdateProfileInput): Promise<WrittenProfile> => {
    // Both are proven before they change, by flows of their own. Naming the present address changes nothing.
    if (email === null) throw notEditable('email');
    const input = { ...others, email };
    const { principal, mode, members, readOnly, versions, keeper } = input;
    requireUnchanged(readOnly, principal.accountId);
    const readsFirst = keeper.isAsked || readOnly.phone_number_verified !== undefined;
    if (readsFirst || (mode === 'merge' && !isPlainMerge(members))) return changeWhatIsRead(input);
    const write: ProfileWrite =
      mode === 'replace'
        ? { kind: 'replace', content: accepted(replaceProfile(members)) }
        : { kind: 'merge', claims: members as ProfileContent['claims'] };
    return (await tryTo(input, write, versions)) ?? changeWhatIsRead(input);
  };
};
