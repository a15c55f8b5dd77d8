import type { Accounts } from '../../shared/account/accounts.ts';
import { profileVersionOf } from '../../shared/account/pending-email.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { ProfileView, ViewProfile } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { ProfileVersion } from '../../shared/contract/profile-version.ts';
import { isKnown, type KnownTags } from '../../shared/http/entity-tag.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

export interface GetProfileDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  viewProfile: ViewProfile;
  clock: Clock;
}

export interface GetProfileInput {
  principal: Principal;
  /** What the caller has. */
  known: KnownTags;
}

/** A profile, or `null` where the caller has this version of it. */
export interface ReadProfile {
  profile: ProfileView | null;
  version: ProfileVersion;
}

/**
 * Reads the caller's profile; the one read is the session check as well. A number that was proven under 0.1.0 takes another.
 *
 * @throws problem unauthenticated
 */
export const makeGetProfile =
  ({ accounts, viewProfile, clock }: GetProfileDeps) =>
  async ({ principal, known }: GetProfileInput): Promise<ReadProfile> => {
    const account = await accounts.findForSession(principal);
    if (!account) throw problem('unauthenticated');
    const version = profileVersionOf(account, clock.nowSeconds());
    return { profile: isKnown(known, version) ? null : await viewProfile(account), version };
  };
