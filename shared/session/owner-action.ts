import { refuseWhileFrozen, type StateBefore } from '../account/change-journal.ts';
import type { Actor } from '../account/principal.ts';
import { provideRecordChange, type RecordChange, type RecordedChange } from '../account/record-change.ts';
import type { SecurityEventType } from '../account/security-events.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import type { LogEvent } from '../observability/log-events.ts';
import type { SecurityNoticeEvent } from '../outbox/security-notice-event.ts';
import type { Clock } from '../primitives/clock.ts';
import type { Session } from './session-row.ts';
import { provideSessionTokens, type SessionTokens, type SessionTokensAnswer } from './session-tokens.ts';
import type { CarriedOver } from './sessions.ts';

export interface OwnerActionDeps {
  sessionTokens: SessionTokens;
  recordChange: RecordChange;
  clock: Clock;
  log: Log;
}

/** A change of a factor or an identity by the account's owner. */
export interface OwnerChangeOfAccount<Ends extends boolean> {
  /** The caller's. */
  session: Session;
  /** The account and its factors as they were read for the change: what an undo puts back (docs/adr/0053). */
  before: StateBefore;
  /** Whether every session but the caller's ends (OWASP ASVS 5.0 7.4.3). */
  endsOtherSessions: Ends;
  /** What the history, the owner's notice and the log call it. */
  event: SecurityEventType & SecurityNoticeEvent & LogEvent;
  sourceIp: string;
}

/** A change that is about to be written, which ends the other sessions or leaves them. */
export interface OwnerAction<Ends extends boolean = boolean> {
  /** To be written in the change's own transaction. */
  change: RecordedChange & { carriedOver: CarriedOver | null };
  /** What its answer is good in, and whether it holds the session's tokens: for a repeat of the request. */
  standing: { of: Required<Actor>; tokens?: 'member' };
  /**
   * To be called once the change is written. It signs an access token only where the caller needs a new one.
   * @returns for the answer: the session that the caller goes on with, where the others have ended
   */
  complete(): Ends extends true ? { session: SessionTokensAnswer } : { session?: SessionTokensAnswer };
}

/**
 * Makes what every change of a factor or an identity has in common: epoch, own session, journal, history, notice with the link that
 * undoes it, and log. A flow begins the action, writes `change` in the transaction of the change itself, and completes the action once
 * that was won:
 *
 * ```ts
 * const { session, account, factors } = await findOwner(principal); // proven lately, with a second factor where one is on
 * const before = { account, factors };
 * const action = ownerAction({ session, before, endsOtherSessions: true, event: 'email-changed', sourceIp });
 * const won = await identities.changeEmail({ ...action.change, principal, email });
 * if (!won) throw problem('conflict'); // after a concurrent change or the session's end
 * return { ...action.complete() };
 * ```
 *
 * The store sends `ownerWrites({ principal, carriedOver, journalled, … })` beside the change and the `writes`: they hold the conditions
 * that the session is still the account's and that nothing was changed since `before` was read, count the change, and raise the epoch
 * where others end. Further writes of a flow go behind the action's: `writes: [...action.change.writes, …]`. An event that is new has its
 * entry in SECURITY_EVENT_TYPES, SECURITY_NOTICE_EVENTS and the log's events; without one of them the call doesn't compile.
 *
 * @throws problem conflict, for a day after an undo
 */
const makeOwnerAction =
  ({ sessionTokens, recordChange, clock, log }: OwnerActionDeps) =>
  <Ends extends boolean>({
    session,
    before,
    endsOtherSessions,
    event,
    sourceIp,
  }: OwnerChangeOfAccount<Ends>): OwnerAction<Ends> => {
    const { accountId } = session;
    refuseWhileFrozen(before.account, clock.nowSeconds());
    const renewed = endsOtherSessions ? sessionTokens.renew(session) : null;
    const mail = { kind: 'security-notice', accountId, event } as const;
    return {
      change: {
        ...recordChange({ before, event, mail, sourceIp }),
        carriedOver: renewed && { session, next: renewed.session, refreshDigest: renewed.refreshDigest },
      },
      standing: {
        of: { accountId, sessionId: session.sessionId, epoch: renewed?.session.epoch ?? session.epoch },
        ...(renewed && { tokens: 'member' }),
      },
      complete: () => {
        log('info', event, { account_id: accountId, outcome: 'success' });
        const answer = renewed ? { session: sessionTokens.answer(renewed) } : {};
        return answer as ReturnType<OwnerAction<Ends>['complete']>; // renewed wherever the others end
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
    recordChange: scope.use(provideRecordChange),
  });
