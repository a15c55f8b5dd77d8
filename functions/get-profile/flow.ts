import type { Accounts } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { ProfileView, ViewProfile } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';

export interface GetProfileDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  viewProfile: ViewProfile;
}

/**
 * Reads the caller's profile; the one read is the session check as well. A number that was proven under 0.1.0 takes another.
 *
 * @throws problem unauthenticated
 */
export const makeGetProfile =
  ({ accounts, viewProfile }: GetProfileDeps) =>
  async ({ principal }: { principal: Principal }): Promise<{ profile: ProfileView; version: number }> => {
    const account = await accounts.findForSession(principal);
    if (!account) throw problem('unauthenticated');
    return { profile: await viewProfile(account), version: account.profileVersion };
  };
