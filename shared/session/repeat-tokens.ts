import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock } from '../primitives/clock.ts';
import { makeRefreshTokens, type RefreshTokens } from './refresh-tokens.ts';
import { isOver } from './session-row.ts';
import {
  provideSessionTokens,
  type SessionTokens,
  type SessionTokensAnswer,
  type SignInTokensAnswer,
} from './session-tokens.ts';
import { makeSessions, type Sessions } from './sessions.ts';

/** The session whose tokens an answer held that may be lost. */
interface LostTokens {
  accountId: string;
  sessionId: string;
  epoch: number;
  /** An access token alone; all tokens of a session that went on; or those of one that began, with its device's. */
  held: 'access-token' | 'session' | 'sign-in';
  /** The session's account as it is read at the same time; `null` where it is gone. */
  account: Promise<{ email: string } | null>;
}

/** What the answer held. */
type RepeatedTokens =
  | SignInTokensAnswer
  | SessionTokensAnswer
  | Pick<SessionTokensAnswer, 'access_token' | 'expires_in'>;

/**
 * Makes the tokens of a lost answer again: the same refresh token, another access token, and the token of the same device. That
 * the account is in the epoch still is for the caller to check.
 *
 * @returns `null` where the session has ended, or its refresh token was used: then its holder has the answer
 */
export type RepeatTokens = (lost: LostTokens) => Promise<RepeatedTokens | null>;

const makeRepeatTokens =
  ({
    sessions,
    refreshTokens,
    sessionTokens,
    clock,
  }: {
    sessions: Pick<Sessions, 'find'>;
    refreshTokens: Pick<RefreshTokens, 'issued' | 'digest'>;
    sessionTokens: Pick<SessionTokens, 'answer' | 'answerSignIn'>;
    clock: Clock;
  }): RepeatTokens =>
  async ({ accountId, sessionId, epoch, held, account }) => {
    const session = await sessions.find({ accountId, sessionId });
    const nowSeconds = clock.nowSeconds();
    if (!session || session.epoch !== epoch || session.issueSalt === undefined) return null;
    if (isOver(session, nowSeconds)) return null;
    const refreshToken = await refreshTokens.issued(session, session.issueSalt);
    const wasUsed = refreshTokens.digest(refreshToken) !== session.refreshDigest;
    if (wasUsed && held !== 'access-token') return null;
    if (held === 'sign-in') {
      const { deviceId } = session;
      const { email } = (await account) ?? {};
      const isWhole = deviceId !== undefined && email !== undefined;
      if (isWhole) return sessionTokens.answerSignIn({ session: { ...session, deviceId }, refreshToken }, { email });
    }
    const tokens = sessionTokens.answer({ session, refreshToken });
    const { access_token, expires_in } = tokens;
    return held === 'access-token' ? { access_token, expires_in } : tokens;
  };

/** For a flow whose answer may hold tokens of a session. */
export const provideRepeatTokens = (scope: Scope<'audience' | 'publicUrl' | 'sessions'> & Ports): RepeatTokens =>
  makeRepeatTokens({
    ...scope,
    sessions: scope.use(makeSessions),
    refreshTokens: scope.use(makeRefreshTokens),
    sessionTokens: scope.use(provideSessionTokens),
  });
