import type { SessionTokens, SessionTokensAnswer } from '../../shared/crypto/session-tokens.ts';
import { isTwoFactorOn, lacksSecondProof, overviewOf } from '../../shared/domain/factors.ts';
import type { Principal } from '../../shared/domain/session.ts';
import { problem } from '../../shared/http/problems.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntent } from '../../shared/store/outbox.ts';
import type { RecordEvent } from '../../shared/store/security-events.ts';
import type { Sessions } from '../../shared/store/sessions.ts';
import type { TwoFactor } from '../../shared/store/two-factor.ts';

export interface RemoveFactorDeps {
  twoFactor: Pick<TwoFactor, 'read' | 'remove'>;
  sessions: Pick<Sessions, 'find'>;
  sessionTokens: SessionTokens;
  recordEvent: RecordEvent;
  recordIntent: RecordIntent;
  log: Log;
}

export interface RemoveFactorInput {
  principal: Principal;
  /** `sms`, `totp` for every app, or the id of one. */
  factor: string;
  sourceIp: string;
}

/**
 * Switches a factor off. With the last one the recovery codes go too: there is nothing left that they could stand in for.
 *
 * @throws problem unauthenticated, fresh-session-required, not-found, conflict
 */
export const makeRemoveFactor =
  ({ twoFactor, sessions, sessionTokens, recordEvent, recordIntent, log }: RemoveFactorDeps) =>
  async ({ principal, factor, sourceIp }: RemoveFactorInput): Promise<{ session: SessionTokensAnswer }> => {
    const [own, session] = await Promise.all([twoFactor.read(principal), sessions.find(principal)]);
    if (!own || !session) throw problem('unauthenticated');
    const overview = overviewOf(own.factors);
    if (lacksSecondProof(principal, overview)) throw problem('fresh-session-required');

    const removesSms = factor === 'sms' && overview.smsNumber !== null;
    const removedAppIds = overview.appIds.filter((appId) => factor === 'totp' || factor === appId);
    if (!removesSms && removedAppIds.length === 0) throw problem('not-found');

    const staysOn = isTwoFactorOn({
      ...overview,
      smsNumber: removesSms ? null : overview.smsNumber,
      appIds: overview.appIds.filter((appId) => !removedAppIds.includes(appId)),
    });
    const { accountId } = principal;
    const event = removesSms ? 'sms-removed' : 'authenticator-removed';
    const renewed = sessionTokens.renew(session);
    const removed = await twoFactor.remove({
      principal,
      session,
      refreshDigest: renewed.refreshDigest,
      seen: own.factors,
      change: { removedAppIds, ...(removesSms && { sms: null }), ...(!staysOn && { recoveryCodeHashes: [] }) },
      alongside: [
        recordEvent({ accountId, type: event, sourceIp }),
        recordIntent({ kind: 'security-notice', accountId, event }),
      ],
    });
    if (!removed) throw problem('conflict');

    log('info', event, { account_id: accountId, outcome: 'success' });
    return { session: await sessionTokens.answer(renewed) };
  };
