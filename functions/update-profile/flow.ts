import type { JsonObject } from '../../shared/domain/json-merge-patch.ts';
import {
  isMetadataAcceptable,
  isPlainMerge,
  mergeProfile,
  type ProfileContent,
  type ProfileMembers,
  replaceProfile,
} from '../../shared/domain/profile.ts';
import { type ProfileView, profileView } from '../../shared/domain/profile-view.ts';
import type { Principal } from '../../shared/domain/session.ts';
import { problem } from '../../shared/http/problems.ts';
import type { Accounts, ProfileUpdate, ProfileWrite } from '../../shared/store/accounts.ts';

export interface UpdateProfileDeps {
  accounts: Pick<Accounts, 'findForSession' | 'updateProfile'>;
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
}

interface Written {
  profile: ProfileView;
  version: number;
}

/** A merge that has to read first competes with other writers; after this many losses the caller decides. */
const MERGE_ATTEMPTS = 5;

const notEditable = (field: string) => problem('invalid-request', { errors: [{ field, code: 'not-editable' }] });

const checkMetadata = ({ metadata }: { metadata: JsonObject }): void => {
  if (!isMetadataAcceptable(metadata)) {
    throw problem('invalid-request', { errors: [{ field: 'metadata', code: 'too-large' }] });
  }
};

const replacing = (content: ProfileContent): ProfileWrite => {
  checkMetadata(content);
  return { kind: 'replace', content };
};

/**
 * Changes the caller's profile in one conditional write, which is the session check as well. Only a merge into metadata or
 * the address reads first.
 *
 * @throws problem unauthenticated, precondition-failed, conflict, invalid-request
 */
export const makeUpdateProfile = ({ accounts }: UpdateProfileDeps) => {
  const tryTo = async (update: ProfileUpdate): Promise<Written | 'version-differs'> => {
    const result = await accounts.updateProfile(update);
    switch (result.outcome) {
      case 'updated':
        return { profile: profileView(result.account), version: result.account.profileVersion };
      case 'session-ended':
        throw problem('unauthenticated');
      case 'email-differs':
        throw notEditable('email');
      case 'phone-differs':
        throw notEditable('phone_number');
      case 'version-differs':
        return result.outcome;
    }
  };

  const write = async (update: ProfileUpdate): Promise<Written> => {
    const written = await tryTo(update);
    if (written === 'version-differs') throw problem('precondition-failed');
    return written;
  };

  const mergeInto = async (
    { principal, members, versions }: UpdateProfileInput,
    unchanged: Pick<ProfileUpdate, 'email' | 'phoneNumber'>,
  ): Promise<Written> => {
    for (let attempt = 0; attempt < MERGE_ATTEMPTS; attempt += 1) {
      const current = await accounts.findForSession(principal);
      if (!current) throw problem('unauthenticated');
      if (versions && !versions.includes(current.profileVersion)) throw problem('precondition-failed');

      const merged = replacing(mergeProfile(current, members));
      const written = await tryTo({
        principal,
        write: merged,
        versions: [current.profileVersion],
        email: unchanged.email,
        phoneNumber: unchanged.phoneNumber,
      });
      if (written !== 'version-differs') return written;
    }
    throw problem('conflict');
  };

  return async (input: UpdateProfileInput): Promise<Written> => {
    const { principal, mode, members, versions, email, phoneNumber } = input;
    // Both are proven before they change, by flows of their own. Naming the present address changes nothing.
    if (email === null) throw notEditable('email');

    const unchanged = { principal, versions, email: email ?? null, phoneNumber: phoneNumber ?? null };
    if (mode === 'replace') return write({ ...unchanged, write: replacing(replaceProfile(members)) });
    if (!isPlainMerge(members)) return mergeInto(input, unchanged);
    return write({ ...unchanged, write: { kind: 'merge', claims: members as ProfileContent['claims'] } });
  };
};
