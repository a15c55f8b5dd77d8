import type { Accounts } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { ProfileView, ViewProfile } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { KnownVersions } from '../../shared/http/entity-tag.ts';

export interface GetProfileDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  viewProfile: ViewProfile;
}

export interface GetProfileInput {
  principal: Principal;
  /** Versions that the caller has. */
  known: KnownVersions;
}

/** A profile, or `null` where the caller has this version of it. */
export interface ReadProfile {
  profile: ProfileView | null;
  version: number;
}

/**
 * Reads the caller's profile; the one read is the session check as well. A number that was proven under 0.1.0 takes another.
 *
 * @throws problem unauthenticated
 */
export const makeGetProfile =
  ({ accounts, viewProfile }: GetProfileDeps) =>
  async ({ principal, known }: GetProfileInput): Promise<ReadProfile> => {
    const account = await accounts.findForSession(principal);
    if (!account) throw problem('unauthenticated');
    const { profileVersion: version } = account;
    const isKnown = known === 'any' || known.includes(version);
    return { profile: isKnown ? null : await viewProfile(account), version };
  };
