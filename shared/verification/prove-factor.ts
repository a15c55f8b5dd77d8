import type { FactorSecrets } from '../crypto/factor-secrets.ts';
import type { SessionTokensAnswer } from '../crypto/session-tokens.ts';
import { outcomeOfRefusal } from '../domain/attempts.ts';
import type { Clock, Randomness } from '../domain/clock.ts';
import { isTwoFactorOn } from '../domain/factors.ts';
import { groupRecoveryCode, makeRecoveryCodes } from '../domain/recovery-code.ts';
import { isFresh, type Principal } from '../domain/session.ts';
import { problem } from '../http/problems.ts';
import type { Log } from '../observability/log.ts';
import type { Attempts } from '../store/attempts.ts';
import type { SecurityHistory } from '../store/security-events.ts';
import type { SmsBudget } from '../store/sms-budget.ts';
import type { TwoFactor } from '../store/two-factor.ts';
import type { sentCode, Verifications } from '../store/verifications.ts';
import type { FindOwner } from './find-owner.ts';
import type { BeginOwnerAction } from './owner-action.ts';

export interface ProveFactorDeps {
  findOwner: FindOwner;
  ownerAction: BeginOwnerAction;
  attempts: Attempts;
  verifications: Pick<Verifications, 'find'>;
  sentCode: typeof sentCode;
  twoFactor: Pick<TwoFactor, 'confirmSms'>;
  secrets: Pick<FactorSecrets, 'isSmsCode' | 'hashRecoveryCode'>;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  history: SecurityHistory;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface ProveFactorInput {
  principal: Principal;
  /** Without separators. */
  code: string;
  endOtherSessions: boolean;
  sourceIp: string;
}

/** A number that codes go to from now on. */
export interface ProvenFactor {
  verified: true;
  proves: 'factor';
  /** With the first factor. */
  recovery_codes?: string[];
  /** Where the other sessions have ended: the caller goes on with these. */
  session?: SessionTokensAnswer;
}

/**
 * Lets codes go to a number whose SMS the signed-in caller can read. Other sessions end unless the owner says otherwise, and
 * always where another number is replaced: who begins sessions with that one must not go on.
 *
 * @throws problem unauthenticated, fresh-session-required, invalid-code
 */
export const makeProveFactor = (deps: ProveFactorDeps) => {
  const { attempts, verifications, twoFactor, secrets, history, clock, log } = deps;

  return async ({ principal, code, endOtherSessions, sourceIp }: ProveFactorInput): Promise<ProvenFactor> => {
    if (!isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');
    const { accountId, sessionId: verificationId } = principal;
    const [own, verification] = await Promise.all([deps.findOwner(principal), verifications.find(verificationId)]);

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

    const codes = isTwoFactorOn(own.overview) ? null : makeRecoveryCodes(deps.randomness);
    const { phoneNumber, country } = sent;
    const isReplacing = own.account.phone !== null && own.account.phone.e164 !== phoneNumber;
    const action = deps.ownerAction({
      session: own.session,
      endsOtherSessions: endOtherSessions || isReplacing,
      event: 'sms-added',
      sourceIp,
    });
    const confirmed = await twoFactor.confirmSms({
      ...action.writes,
      principal,
      verificationId,
      own,
      change: {
        sms: { phoneNumber, country, enrolledAtEpochSeconds: clock.nowSeconds() },
        ...(codes && { recoveryCodeHashes: codes.map((one) => secrets.hashRecoveryCode(one, accountId)) }),
      },
      alongside: [
        ...action.writes.alongside,
        ...attempts.forget(accountId, ['sms']),
        deps.smsBudget.verifiedWrite(sent),
      ],
    });
    if (!confirmed) {
      // Another request used the code, or ended the session, at the same moment.
      await history.add({ accountId, type: 'second-factor-failed', sourceIp });
      log('warn', 'second-factor', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-code');
    }

    return {
      verified: true,
      proves: 'factor',
      ...(codes && { recovery_codes: codes.map(groupRecoveryCode) }),
      ...(await action.complete()),
    };
  };
};

export type ProveFactor = ReturnType<typeof makeProveFactor>;
