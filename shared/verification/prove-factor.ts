import type { FactorSecrets } from '../crypto/factor-secrets.ts';
import type { SessionTokens, SessionTokensAnswer } from '../crypto/session-tokens.ts';
import { outcomeOfRefusal } from '../domain/attempts.ts';
import type { Clock, Randomness } from '../domain/clock.ts';
import { isTwoFactorOn, lacksSecondProof, overviewOf } from '../domain/factors.ts';
import { groupRecoveryCode, makeRecoveryCodes } from '../domain/recovery-code.ts';
import { isFresh, type Principal } from '../domain/session.ts';
import { problem } from '../http/problems.ts';
import type { Log } from '../observability/log.ts';
import type { Attempts } from '../store/attempts.ts';
import type { RecordIntent } from '../store/outbox.ts';
import type { SecurityHistory } from '../store/security-events.ts';
import type { Sessions } from '../store/sessions.ts';
import type { SmsBudget } from '../store/sms-budget.ts';
import type { TwoFactor } from '../store/two-factor.ts';
import type { sentCode, Verifications } from '../store/verifications.ts';

export interface ProveFactorDeps {
  attempts: Attempts;
  verifications: Pick<Verifications, 'find'>;
  sentCode: typeof sentCode;
  twoFactor: Pick<TwoFactor, 'read' | 'confirmSms'>;
  sessions: Pick<Sessions, 'find'>;
  sessionTokens: SessionTokens;
  secrets: Pick<FactorSecrets, 'isSmsCode' | 'hashRecoveryCode'>;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  history: SecurityHistory;
  recordIntent: RecordIntent;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface ProveFactorInput {
  principal: Principal;
  /** Without separators. */
  code: string;
  sourceIp: string;
}

/** A number that codes go to from now on. */
export interface ProvenFactor {
  verified: true;
  proves: 'factor';
  /** With the first factor. */
  recovery_codes?: string[];
  /** Where another number was replaced: everybody else is signed out, the caller goes on with these. */
  session?: SessionTokensAnswer;
}

/**
 * Lets codes go to a number whose SMS the signed-in caller can read.
 *
 * @throws problem unauthenticated, fresh-session-required, invalid-code
 */
export const makeProveFactor = (deps: ProveFactorDeps) => {
  const { attempts, verifications, twoFactor, sessions, sessionTokens, secrets, history, clock, log } = deps;

  return async ({ principal, code, sourceIp }: ProveFactorInput): Promise<ProvenFactor> => {
    if (!isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');
    const { accountId, sessionId: verificationId } = principal;
    const [own, verification, session] = await Promise.all([
      twoFactor.read(principal),
      verifications.find(verificationId),
      sessions.find(principal),
    ]);
    if (!own || !session) throw problem('unauthenticated');
    const overview = overviewOf(own.factors);
    if (lacksSecondProof(principal, overview)) throw problem('fresh-session-required');

    // Spent whatever the code is for: one that was sent for something else fails as a wrong one does, and counts.
    const spending = await attempts.spend({ by: principal, factor: 'sms', verificationId, sourceIp });
    if (spending === 'ended') throw problem('unauthenticated');
    const isAwaited = verification?.purpose === 'factor' && verification.epoch === principal.epoch;
    const sent = spending === 'spent' && isAwaited ? deps.sentCode(verification, clock.nowSeconds()) : null;
    if (!sent || !(await secrets.isSmsCode(sent.hash, code, sent))) {
      // Only what was counted: codes that a lock refuses can come without end.
      if (spending === 'spent') await history.add({ accountId, type: 'second-factor-failed', sourceIp });
      log('warn', 'second-factor', { account_id: accountId, outcome: outcomeOfRefusal([spending]) });
      throw problem('invalid-code');
    }

    const codes = isTwoFactorOn(overview) ? null : makeRecoveryCodes(deps.randomness);
    const isReplacing = own.account.phone !== null && own.account.phone.e164 !== sent.phoneNumber;
    const renewed = isReplacing ? sessionTokens.renew(session) : null;
    const { phoneNumber, country } = sent;
    const confirmed = await twoFactor.confirmSms({
      principal,
      verificationId,
      phone: { e164: phoneNumber, country },
      carriedOver: renewed && { session, refreshDigest: renewed.refreshDigest },
      seen: own.factors,
      change: {
        sms: { phoneNumber, country, enrolledAtEpochSeconds: clock.nowSeconds() },
        ...(codes && { recoveryCodeHashes: codes.map((one) => secrets.hashRecoveryCode(one, accountId)) }),
      },
      alongside: [
        ...attempts.forget(accountId, ['sms']),
        deps.smsBudget.verifiedWrite(sent),
        history.recordEvent({ accountId, type: 'sms-added', sourceIp }),
        deps.recordIntent({ kind: 'security-notice', accountId, event: 'sms-added' }),
      ],
    });
    if (!confirmed) {
      // Another request used the code, or ended the session, at the same moment.
      await history.add({ accountId, type: 'second-factor-failed', sourceIp });
      log('warn', 'second-factor', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-code');
    }

    log('info', 'sms-added', { account_id: accountId, outcome: 'success' });
    return {
      verified: true,
      proves: 'factor',
      ...(codes && { recovery_codes: codes.map(groupRecoveryCode) }),
      ...(renewed && { session: await sessionTokens.answer(renewed) }),
    };
  };
};

export type ProveFactor = ReturnType<typeof makeProveFactor>;
