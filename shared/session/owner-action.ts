import type { Actor } from '../account/principal.ts';
import { provideRecordEventWrite, type RecordEventWrite, type SecurityEventType } from '../account/security-events.ts';
import type { Write } from '../aws/dynamo.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import type { LogEvent } from '../observability/log-events.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import type { SecurityNoticeEvent } from '../outbox/security-notice-event.ts';

import { provideSessionTokens, type SessionTokens, type SessionTokensAnswer } from './session-tokens.ts';
import type { CarriedOver, Session } from './sessions.ts';

export interface OwnerActionDeps {
  sessionTokens: SessionTokens;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  log: Log;
}

/** A change of a factor or an identity by the account's owner. */
export interface OwnerChangeOfAccount {
  /** The caller's. */
  session: Session;
  /** Whether every session but the caller's ends (OWASP ASVS 5.0 7.4.3). */
  endsOtherSessions: boolean;
  /** What the history, the owner's notice and the log call it. */
  event: SecurityEventType & SecurityNoticeEvent & LogEvent;
  sourceIp: string;
}

/** A change that is about to be written. */
export interface OwnerAction {
  /** To be written in the change's own transaction. */
  change: { carriedOver: CarriedOver | null; writes: readonly Write[] };
  /** What its answer is good in, and whether it holds the session's tokens: for a repeat of the request. */
  standing: { of: Required<Actor>; tokens?: 'member' };
  /**
   * To be called once the change is written. It signs an access token only where the caller needs a new one.
   * @returns for the answer: the session that the caller goes on with, where the others have ended
   */
  complete(): { session?: SessionTokensAnswer };
}

/**
 * Makes what every change of a factor or an identity has in common: epoch, own session, history, notice and log. A flow begins
 * the action, writes `change` in the transaction of the change itself, and completes the action once that was won:
 *
 * ```ts
 * const { session } = await findOwner(principal); // proven lately, with a second factor where one is on
 * const action = ownerAction({ session, endsOtherSessions: true, event: 'email-changed', sourceIp });
 * const won = await identities.changeEmail({ ...action.change, principal, email });
 * if (!won) throw problem('conflict'); // after a concurrent change or the session's end
 * return { ...action.complete() };
 * ```
 *
 * The store sends `ownerWrites({ principal, carriedOver, … })` beside the change and the `writes`: they hold the condition that
 * the session is still the account's, and raise the epoch where others end. Further writes of a flow go behind the action's:
 * `writes: [...action.change.writes, …]`. An event that is new has its entry in SECURITY_EVENT_TYPES, SECURITY_NOTICE_EVENTS and
 * the log's events; without one of them the call doesn't compile.
 */
const makeOwnerAction =
  ({ sessionTokens, recordEventWrite, recordIntentWrite, log }: OwnerActionDeps) =>
  ({ session, endsOtherSessions, event, sourceIp }: OwnerChangeOfAccount): OwnerAction => {
    const { accountId } = session;
    const renewed = endsOtherSessions ? sessionTokens.renew(session) : null;
    return {
      change: {
        carriedOver: renewed && { session, next: renewed.session, refreshDigest: renewed.refreshDigest },
        writes: [
          recordEventWrite({ accountId, type: event, sourceIp }),
          recordIntentWrite({ kind: 'security-notice', accountId, event }),
        ],
      },
      standing: {
        of: { accountId, sessionId: session.sessionId, epoch: renewed?.session.epoch ?? session.epoch },
        ...(renewed && { tokens: 'member' }),
      },
      complete: () => {
        log('info', event, { account_id: accountId, outcome: 'success' });
        return renewed ? { session: sessionTokens.answer(renewed) } : {};
      },
    };
  };

export type BeginOwnerAction = ReturnType<typeof makeOwnerAction>;

/** For a flow that changes a factor or an identity. */
export const provideOwnerAction = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions'> & Pick<Ports, 'keyring'>,
): BeginOwnerAction =>
  makeOwnerAction({
    ...scope,
    sessionTokens: scope.use(provideSessionTokens),
    recordEventWrite: scope.use(provideRecordEventWrite),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
