import type { Accounts } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Sessions } from '../../shared/session/sessions.ts';

export interface SignOutDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  sessions: Pick<Sessions, 'end'>;
  recordEventWrite: RecordEventWrite;
  log: Log;
  accessTokenSeconds: number;
}

export interface SignOutInput {
  principal: Principal;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Ends the caller's session: its refresh token is gone and its access tokens are refused from this moment on.
 *
 * @throws problem unauthenticated
 */
export const makeSignOut =
  ({ accounts, sessions, recordEventWrite, log, accessTokenSeconds }: SignOutDeps) =>
  async ({ principal, sourceIp, keeper }: SignOutInput): Promise<void> => {
    const account = await accounts.findForSession(principal);
    if (!account) throw problem('unauthenticated');

    const { accountId, sessionId } = principal;
    const event = recordEventWrite({ accountId, type: 'signed-out', sourceIp });
    // Of no account: the session that a repeat comes with has ended.
    const writes = [event, ...keeper.keepWrites({ result: undefined })];
    await sessions.end({ account, principal, accessTokenSeconds, writes });
    log('info', 'sign-out', { account_id: accountId, session_id: sessionId, outcome: 'success' });
  };
