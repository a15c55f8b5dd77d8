import type { Account, Accounts } from '../../shared/account/accounts.ts';
import { isSessionCurrent } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { DeviceTokens } from '../../shared/devices/device-tokens.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { RefreshToken, RefreshTokens } from '../../shared/session/refresh-tokens.ts';
import { makeFindRepeat } from '../../shared/session/repeated-refresh.ts';
import type { Session } from '../../shared/session/session-row.ts';
import type { SessionTokens, SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { Sessions } from '../../shared/session/sessions.ts';

export interface RefreshSessionDeps {
  sessions: Pick<Sessions, 'rotate' | 'end'>;
  accounts: Pick<Accounts, 'find'>;
  refreshTokens: RefreshTokens;
  deviceTokens: Pick<DeviceTokens, 'read'>;
  sessionTokens: SessionTokens;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  log: Log;
  lifetimes: {
    idleSeconds: number;
    refreshGraceSeconds: number;
    deviceRefreshGraceSeconds: number;
    accessTokenSeconds: number;
  };
}

export interface RefreshSessionInput {
  refreshToken: string;
  /** As the client kept it; `null` where it sent none. */
  deviceToken: string | null;
  sourceIp: string;
}

/**
 * Rotates a session's refresh token. A phone that lost the answer may repeat itself, within the grace and while the token
 * that followed was never used, and gets that token again; any other use of an old token means that two parties hold it,
 * and ends the session. The same holds for the token that an action of the owner replaced when it carried the session over.
 *
 * @throws problem invalid-token
 * @see RFC 9700 §4.14.2
 */
export const makeRefreshSession = (deps: RefreshSessionDeps) => {
  const { sessions, accounts, refreshTokens, sessionTokens, recordEventWrite, clock, log, lifetimes } = deps;

  const findRepeat = makeFindRepeat({ refreshTokens, clock });

  /**
   * How long a repeat is good: longer on the device that the session began on, whose token a copy of the refresh token alone
   * lacks. A device that wrong passwords have ended counts too, since its row is not read.
   */
  const graceOf = async (deviceToken: string | null, { deviceId }: Session, account: Account): Promise<number> => {
    const { refreshGraceSeconds, deviceRefreshGraceSeconds } = lifetimes;
    const device = await deps.deviceTokens.read(deviceToken, account.email);
    const isOwn = device !== null && device.deviceId === deviceId && device.epoch === account.epoch;
    return isOwn ? Math.max(refreshGraceSeconds, deviceRefreshGraceSeconds) : refreshGraceSeconds;
  };

  /** Refuses a token of our own whose session has ended. Its signature was checked, so the log can name the account. */
  const refuse = ({ accountId, sessionId }: Pick<RefreshToken, 'accountId' | 'sessionId'>) => {
    log('info', 'refresh-session', { account_id: accountId, session_id: sessionId, outcome: 'failure' });
    return problem('invalid-token');
  };

  return async ({ refreshToken, deviceToken, sourceIp }: RefreshSessionInput): Promise<SessionTokensAnswer> => {
    const token = await refreshTokens.read(refreshToken);
    if (!token) throw problem('invalid-token'); // invented, so it can't end a session either

    const salt = refreshTokens.salt();
    const next = await refreshTokens.successor(token, salt);
    // Read before anything is spent: were the accounts out of reach after the rotation, the phone's next try would look like theft.
    const account = await accounts.find(token.accountId);
    if (!account) throw refuse(token);
    const rotation = await sessions.rotate({
      session: token,
      epoch: account.epoch,
      presentedDigest: refreshTokens.digest(token),
      nextDigest: refreshTokens.digest(next),
      salt,
      sourceIp,
      idleSeconds: lifetimes.idleSeconds,
    });
    if (rotation.outcome === 'ended') throw refuse(token);
    const { session } = rotation;
    if (!isSessionCurrent(account, session)) throw refuse(token);
    if (rotation.outcome === 'rotated') return sessionTokens.answer({ session, refreshToken: next });

    const same = await findRepeat(token, session, await graceOf(deviceToken, session, account));
    if (same) return sessionTokens.answer({ session, refreshToken: same });

    const { accountId, sessionId } = session;
    const writes = [recordEventWrite({ accountId, type: 'refresh-token-reused', sourceIp, sessionId })];
    await sessions.end({ account, principal: session, accessTokenSeconds: lifetimes.accessTokenSeconds, writes });
    log('warn', 'refresh-token-reused', { account_id: accountId, session_id: sessionId, outcome: 'session-ended' });
    throw problem('invalid-token');
  };
};
