import type { Accounts } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import { type ProfileView, profileView } from '../../shared/account/profile-view.ts';
import { problem } from '../../shared/contract/problems.ts';

export interface GetProfileDeps {
  accounts: Pick<Accounts, 'findForSession'>;
}

/**
 * Reads the caller's profile; the one read is the session check as well.
 *
 * @throws problem unauthenticated
 */
export const makeGetProfile =
  ({ accounts }: GetProfileDeps) =>
  async ({ principal }: { principal: Principal }): Promise<{ profile: ProfileView; version: number }> => {
    const account = await accounts.findForSession(principal);
    if (!account) throw problem('unauthenticated');
    return { profile: profileView(account), version: account.profileVersion };
  };
