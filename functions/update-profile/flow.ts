import type { Accounts } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import {
  isMetadataAcceptable,
  isPlainMerge,
  mergeProfile,
  type ProfileContent,
  type ProfileMembers,
  replaceProfile,
} from '../../shared/account/profile.ts';
import type { ProfileView, ViewProfile } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { ClearedPhone, ClearPhone } from './clear-phone.ts';
import type { Profiles, ProfileWrite } from './profiles.ts';

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
  /** Versions that the caller holds; `null` where any will do. */
  versions: readonly number[] | null;
  sourceIp: string;
}

/** The address is not to be removed, which no flow does. */
type KeepingEmail = UpdateProfileInput & { email?: string | undefined };

interface Written {
  profile: ProfileView & { session?: SessionTokensAnswer };
  version: number;
}

/** A merge that reads first competes with other writers; after so many losses the caller decides. @see RFC 9110 §13.1.1 */
const MERGE_ATTEMPTS = 5;

const notEditable = (field: string) => problem('invalid-request', { errors: [{ field, code: 'not-editable' }] });

const accepted = (content: ProfileContent): ProfileContent => {
  if (isMetadataAcceptable(content.metadata)) return content;
  throw problem('invalid-request', { errors: [{ field: 'metadata', code: 'too-large' }] });
};

/**
 * Changes the caller's profile in one conditional write, which is the session check as well. Only a merge into metadata or
 * the address reads first, and only a number that is to go takes more.
 *
 * @throws problem unauthenticated, fresh-session-required, precondition-failed, conflict, invalid-request
 */
export const makeUpdateProfile = ({ accounts, profiles, viewProfile, clearPhone }: UpdateProfileDeps) => {
  const asWritten = async ({ account, session }: ClearedPhone): Promise<Written> => ({
    profile: { ...(await viewProfile(account)), ...(session && { session }) },
    version: account.profileVersion,
  });

  /** @returns `null` where the profile isn't any more what it was taken for */
  const tryTo = async (
    input: KeepingEmail,
    write: ProfileWrite,
    versions: readonly number[] | null,
  ): Promise<Written | null> => {
    const { principal, mode, members, email, phoneNumber, sourceIp } = input;
    const result = await profiles.update({ principal, write, versions, email, phoneNumber });
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
        const cleared = await clearPhone({ principal, account, content, sourceIp });
        return cleared && asWritten(cleared);
      }
      case 'version-differs':
        return null;
    }
  };

  const mergeInto = async (input: KeepingEmail): Promise<Written> => {
    const { principal, versions } = input;
    for (let attempt = 0; attempt < MERGE_ATTEMPTS; attempt += 1) {
      const current = await accounts.findForSession(principal);
      if (!current) throw problem('unauthenticated');
      if (versions && !versions.includes(current.profileVersion)) throw problem('precondition-failed');
      const write = { kind: 'replace', content: accepted(mergeProfile(current, input.members)) } as const;
      const written = await tryTo(input, write, [current.profileVersion]);
      if (written) return written;
    }
    throw problem('conflict');
  };

  return async ({ email, ...others }: UpdateProfileInput): Promise<Written> => {
    // Both are proven before they change, by flows of their own. Naming the present address changes nothing.
    if (email === null) throw notEditable('email');
    const input = { ...others, email };
    const { mode, members, versions } = input;
    if (mode === 'merge' && !isPlainMerge(members)) return mergeInto(input);
    const write: ProfileWrite =
      mode === 'replace'
        ? { kind: 'replace', content: accepted(replaceProfile(members)) }
        : { kind: 'merge', claims: members as ProfileContent['claims'] };
    const written = await tryTo(input, write, versions);
    if (!written) throw problem(versions ? 'precondition-failed' : 'conflict');
    return written;
  };
};
