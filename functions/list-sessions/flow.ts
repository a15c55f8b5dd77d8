import type { Accounts } from '../../shared/account/accounts.ts';
import { isSessionCurrent, type Principal } from '../../shared/account/principal.ts';
import { seenFrom } from '../../shared/account/seen-from.ts';
import { problem } from '../../shared/contract/problems.ts';
import { SESSIONS_PER_ACCOUNT } from '../../shared/devices/devices.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { byLastUse, type StoredSessions } from '../../shared/session/session-list.ts';
import { isOver } from '../../shared/session/session-row.ts';

export interface ListSessionsDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  storedSessions: StoredSessions;
  clock: Clock;
}

/**
 * Tells the caller where the account is signed in. What has ended by the epoch, a revocation or its time is left out, although its row
 * may still be there.
 *
 * @throws problem unauthenticated
 */
export const makeListSessions =
  ({ accounts, storedSessions, clock }: ListSessionsDeps) =>
  async ({ principal }: { principal: Principal }) => {
    const [account, stored] = await Promise.all([
      accounts.findForSession(principal),
      storedSessions.read(principal.accountId),
    ]);
    if (!account) throw problem('unauthenticated');

    const nowSeconds = clock.nowSeconds();
    const living = stored.filter((session) => isSessionCurrent(account, session) && !isOver(session, nowSeconds));
    const isOwn = ({ sessionId }: { sessionId: string }): boolean => sessionId === principal.sessionId;
    const others = living.filter((session) => !isOwn(session)).toSorted(byLastUse);
    const sessions = [...living.filter(isOwn), ...others].slice(0, SESSIONS_PER_ACCOUNT).map((session) => ({
      session_id: session.sessionId,
      current: isOwn(session),
      ...seenFrom(session),
      created_at: toRfc3339(session.createdAtEpochSeconds),
      last_used_at: toRfc3339(session.lastUsedAtEpochSeconds),
    }));
    return { sessions };
  };
