import type { Principal } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import { problem } from '../../shared/contract/problems.ts';
import { forgetDeviceWrite } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Randomness } from '../../shared/primitives/clock.ts';
import { readUuid } from '../../shared/primitives/uuid-bytes.ts';
import type { SessionTokens, SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { Sessions } from '../../shared/session/sessions.ts';
import { lacksSecondProof, overviewOf, secondProofRequired } from '../../shared/two-factor/second-factors.ts';
import type { OwnSessionStore, OwnSessions } from './own-sessions.ts';

export interface RevokeSessionDeps {
  ownSessions: OwnSessionStore;
  sessions: Pick<Sessions, 'end'>;
  sessionTokens: Pick<SessionTokens, 'renew' | 'answer'>;
  recordEventWrite: RecordEventWrite;
  randomness: Randomness;
  log: Log;
  accessTokenSeconds: number;
}

export interface RevokeSessionInput {
  principal: Principal;
  /** As it came; `null` for all but the caller's own. */
  sessionId: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/** The device goes with the session, unless the caller uses it: who ends a session on another device no longer trusts that. */
const forgetDevice = ({ own, wanted, devices }: OwnSessions): Write[] => {
  const { deviceId } = wanted ?? {};
  if (deviceId === undefined || deviceId === own.deviceId || !devices?.devices[deviceId]) return [];
  return [forgetDeviceWrite({ accountId: own.accountId, deviceId })];
};

/**
 * Ends one session of the caller's account, or all but the caller's own: at once, access tokens included. A session that is being
 * refreshed meanwhile ends all the same (docs/adr/0060).
 *
 * @throws problem unauthenticated, fresh-session-required, not-found
 */
export const makeRevokeSession = (deps: RevokeSessionDeps) => {
  const { ownSessions, sessions, sessionTokens, recordEventWrite, randomness, log, accessTokenSeconds } = deps;

  /**
   * Make sure that a factor that is on was proven: a stolen password, with a session of before it, must not shut its owner out.
   * @see OWASP ASVS 5.0 7.5.1
   */
  const readOwn = async (principal: Principal, wantedId: string): Promise<OwnSessions> => {
    const read = await ownSessions.read(principal, wantedId);
    if (!read) throw problem('unauthenticated');
    if (lacksSecondProof(principal, overviewOf(read.factors))) throw secondProofRequired();
    return read;
  };

  const revokeOne = async (input: RevokeSessionInput, given: string) => {
    const { principal, sourceIp, keeper } = input;
    const { accountId } = principal;
    // What is no id is looked up as well, under one that no session has: it takes as long, and is answered alike.
    const read = await readOwn(principal, readUuid(given) ?? randomness.uuid());
    const { account, wanted } = read;
    if (!wanted) throw problem('not-found');

    const { sessionId } = wanted;
    const isOwn = sessionId === principal.sessionId;
    const answer = { status: 'revoked' as const };
    const ended = await sessions.end({
      account,
      principal: wanted,
      by: principal,
      accessTokenSeconds,
      writes: [
        recordEventWrite({ accountId, type: isOwn ? 'signed-out' : 'session-revoked', sourceIp, sessionId }),
        ...forgetDevice(read),
        // Of no account where the session that a repeat comes with has ended.
        ...keeper.keepWrites({ result: answer, ...(!isOwn && { of: principal }) }),
      ],
    });
    if (!ended) throw problem('not-found'); // another request has ended one of the two since they were read
    log('info', isOwn ? 'sign-out' : 'session-revoked', {
      account_id: accountId,
      session_id: sessionId,
      outcome: 'success',
    });
    return answer;
  };

  const revokeOthers = async ({ principal, sourceIp, keeper }: RevokeSessionInput) => {
    const { accountId, sessionId } = principal;
    const read = await readOwn(principal, sessionId);

    const renewed = sessionTokens.renew(read.own);
    const answer = { status: 'revoked' as const };
    const { epoch } = renewed.session;
    const ended = await ownSessions.endOthers({
      principal,
      carriedOver: { session: read.own, next: renewed.session, refreshDigest: renewed.refreshDigest },
      writes: [
        recordEventWrite({ accountId, type: 'other-sessions-revoked', sourceIp }),
        ...keeper.keepWrites({ result: answer, of: { accountId, sessionId, epoch }, tokens: 'member' }),
      ],
    });
    if (!ended) throw problem('unauthenticated'); // another request has raised the epoch, or ended the session
    log('info', 'other-sessions-revoked', { account_id: accountId, outcome: 'success' });
    return { ...answer, session: sessionTokens.answer(renewed) };
  };

  return async (input: RevokeSessionInput): Promise<{ status: 'revoked'; session?: SessionTokensAnswer }> =>
    input.sessionId === null ? revokeOthers(input) : revokeOne(input, input.sessionId);
};
