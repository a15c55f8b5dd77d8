import type { Account } from '../../shared/account/accounts.ts';
import {
  isMetadataAcceptable,
  isPlainMerge,
  mergeProfile,
  type ProfileContent,
  type ProfileMembers,
  replaceProfile,
} from '../../shared/account/profile.ts';
import type { ProfileWrite } from './profiles.ts';
import { wrong } from './read-only.ts';

/** What a request says of the editable part of a profile. */
interface ProfileRequest {
  mode: 'replace' | 'merge';
  members: ProfileMembers;
}

/** @returns what it is given @throws problem invalid-request where it is too large to be kept */
const accepted = (content: ProfileContent): ProfileContent => {
  if (isMetadataAcceptable(content.metadata)) return content;
  throw wrong('metadata', 'too-large');
};

/** What a request makes of a profile, by what that says. @throws problem invalid-request */
export const contentOf =
  ({ mode, members }: ProfileRequest) =>
  (current: Account): ProfileContent =>
    accepted(mode === 'replace' ? replaceProfile(members) : mergeProfile(current, members));

/** The write of a request that needs nothing of what the profile says; `null` for a merge that does. @throws problem invalid-request */
export const blindWriteOf = ({ mode, members }: ProfileRequest): ProfileWrite | null => {
  if (mode === 'replace') return { kind: 'replace', content: accepted(replaceProfile(members)) };
  return isPlainMerge(members) ? { kind: 'merge', claims: members as ProfileContent['claims'] } : null;
};
