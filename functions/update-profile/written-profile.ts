import type { Account } from '../../shared/account/accounts.ts';
import type { ProfileView, ViewProfile } from '../../shared/account/profile-view.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';

/** An account as a change has left it, and the session that the caller goes on with where the others have ended. */
export interface ChangedAccount {
  account: Account;
  session?: SessionTokensAnswer;
}

/** A profile as a change has left it. */
export interface WrittenProfile {
  profile: ProfileView & { session?: SessionTokensAnswer };
  version: number;
}

/** Makes what shows it to its owner. */
export const makeAsWritten =
  (viewProfile: ViewProfile) =>
  async ({ account, session }: ChangedAccount): Promise<WrittenProfile> => ({
    profile: { ...(await viewProfile(account)), ...(session && { session }) },
    version: account.profileVersion,
  });
