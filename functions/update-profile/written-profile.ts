import { isMetadataAcceptable, type ProfileContent } from '../../shared/account/profile.ts';
import type { ProfileView, ViewProfile } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { ClearedPhone } from './clear-phone.ts';

/** A profile as a change has left it. */
export interface WrittenProfile {
  profile: ProfileView & { session?: SessionTokensAnswer };
  version: number;
}

/** Makes what shows it to its owner. */
export const makeAsWritten =
  (viewProfile: ViewProfile) =>
  async ({ account, session }: ClearedPhone): Promise<WrittenProfile> => ({
    profile: { ...(await viewProfile(account)), ...(session && { session }) },
    version: account.profileVersion,
  });

/** @returns what it is given @throws problem invalid-request where it is too large to be kept */
export const accepted = (content: ProfileContent): ProfileContent => {
  if (isMetadataAcceptable(content.metadata)) return content;
  throw problem('invalid-request', { errors: [{ field: 'metadata', code: 'too-large' }] });
};
