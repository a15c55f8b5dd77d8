import type { Account, Accounts } from '../../shared/account/accounts.ts';
import { isSessionCurrent, type Principal } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { AccessTokenVerifier } from '../../shared/session/access-tokens.ts';
import type { RefreshToken, RefreshTokens } from '../../shared/session/refresh-tokens.ts';
import { makeFindRepeat } from '../../shared/session/repeated-refresh.ts';
import { isOver } from '../../shared/session/session-row.ts';
import type { Sessions } from '../../shared/session/sessions.ts';

export interface RevokeTokenDeps {
  sessions: Pick<Sessions, 'find' | 'end'>;
  accounts: Pick<Accounts, 'find' | 'findForSession'>;
  refreshTokens: Pick<RefreshTokens, 'read' | 'digest' | 'successor' | 'issued'>;
  accessTokens: AccessTokenVerifier;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  log: Log;
  lifetimes: { refreshGraceSeconds: number; accessTokenSeconds: number };
}

export interface RevokeTokenInput {
  token: string;
  sourceIp: string;
}

/** A session that lives, and whether the token that names it was used up before. */
interface Named {
  account: Account;
  session: Pick<Principal, 'accountId' | 'sessionId' | 'epoch'>;
  isReused: boolean;
}

/**
 * Ends the session that a token names, as signing out does. A refresh token that was used before and is no repeat means that
 * two parties hold it: the session ends as well, and the history says why, as where it is refreshed with. Every other token
 * ends nothing, and is answered alike.
 *
 * @see RFC 7009 §2.1, §2.2; RFC 9700 §4.14.2; docs/adr/0046
 */
export const makeRevokeToken = (deps: RevokeTokenDeps) => {
  const { sessions, accounts, refreshTokens, accessTokens, recordEventWrite, clock, log, lifetimes } = deps;
  const findRepeat = makeFindRepeat({ refreshTokens, clock });

  const namedByRefresh = async (token: RefreshToken): Promise<Named | null> => {
    const [account, session] = await Promise.all([accounts.find(token.accountId), sessions.find(token)]);
    if (!session || isOver(session, clock.nowSeconds())) return null;
    if (!account || !isSessionCurrent(account, session)) return null;
    const isLatest = session.refreshDigest === refreshTokens.digest(token);
    const isGood = isLatest || (await findRepeat(token, session, lifetimes.refreshGraceSeconds)) !== null;
    return { account, session, isReused: !isGood };
  };

  const namedByAccess = async (text: string): Promise<Named | null> => {
    const principal = await accessTokens.verify(text);
    const account = principal && (await accounts.findForSession(principal));
    return account && { account, session: principal, isReused: false };
  };

  return async ({ token: text, sourceIp }: RevokeTokenInput): Promise<{ status: 'revoked' }> => {
    const token = await refreshTokens.read(text);
    const named = token ? await namedByRefresh(token) : await namedByAccess(text);
    if (!named) return { status: 'revoked' }; // invented, foreign, or ended before

    const { account, session, isReused } = named;
    const { accountId, sessionId } = session;
    const type = isReused ? 'refresh-token-reused' : 'signed-out';
    const writes = [recordEventWrite({ accountId, type, sourceIp, sessionId })];
    await sessions.end({ account, principal: session, accessTokenSeconds: lifetimes.accessTokenSeconds, writes });
    const ids = { account_id: accountId, session_id: sessionId };
    if (isReused) log('warn', 'refresh-token-reused', { ...ids, outcome: 'session-ended' });
    else log('info', 'sign-out', { ...ids, outcome: 'success' });
    return { status: 'revoked' };
  };
};
