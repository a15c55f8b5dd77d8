import type { FactorSecrets } from '../../shared/crypto/factor-secrets.ts';
import type { matchTotp } from '../../shared/crypto/totp.ts';
import { outcomeOfRefusal, type Spending } from '../../shared/domain/attempts.ts';
import type { Clock, Randomness } from '../../shared/domain/clock.ts';
import {
  isTwoFactorOn,
  lacksSecondProof,
  MAX_AUTHENTICATOR_APPS,
  overviewOf,
  withoutSeparators,
} from '../../shared/domain/factors.ts';
import { groupRecoveryCode, makeRecoveryCodes } from '../../shared/domain/recovery-code.ts';
import type { Principal } from '../../shared/domain/session.ts';
import { problem } from '../../shared/http/problems.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Attempts } from '../../shared/store/attempts.ts';
import type { RecordIntent } from '../../shared/store/outbox.ts';
import type { SecurityHistory } from '../../shared/store/security-events.ts';
import type { OwnFactors, TwoFactor } from '../../shared/store/two-factor.ts';

export interface ConfirmTotpDeps {
  twoFactor: Pick<TwoFactor, 'read' | 'confirm'>;
  attempts: Attempts;
  history: SecurityHistory;
  secrets: Pick<FactorSecrets, 'openTotp' | 'hashRecoveryCode'>;
  matchTotp: typeof matchTotp;
  recordIntent: RecordIntent;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface ConfirmTotpInput {
  principal: Principal;
  code: string;
  sourceIp: string;
}

/** No step was accepted yet: the step that 1970 began with is long past. */
const NO_STEP = 0;

/**
 * Switches an authenticator app on. The code that does it is used up by it.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict, invalid-code
 */
export const makeConfirmTotp = (deps: ConfirmTotpDeps) => {
  const { twoFactor, attempts, history, secrets, matchTotp, recordIntent, clock, randomness, log } = deps;

  /** The step of a right code of the app that is awaited, `null` of a wrong one; a try is spent before anything is compared. */
  const tryCode = async (
    { enrollment }: OwnFactors,
    { principal, code, sourceIp }: ConfirmTotpInput,
  ): Promise<{ spending: Spending; step: number | null }> => {
    const { accountId } = principal;
    const spending = await attempts.spend({ by: principal, factor: 'totp', verificationId: null, sourceIp });
    if (spending === 'ended') throw problem('unauthenticated');
    const secret = enrollment && (await secrets.openTotp(enrollment.secret, { accountId, appId: enrollment.appId }));
    if (spending !== 'spent' || !secret) return { spending, step: null };
    const typed = { secret, code: withoutSeparators(code), nowSeconds: clock.nowSeconds() };
    return { spending, step: matchTotp({ ...typed, afterStep: NO_STEP }) };
  };

  return async (input: ConfirmTotpInput) => {
    const { principal, sourceIp } = input;
    const own = await twoFactor.read(principal);
    if (!own) throw problem('unauthenticated');
    const overview = overviewOf(own.factors);
    if (lacksSecondProof(principal, overview)) throw problem('fresh-session-required');
    if (overview.appIds.length >= MAX_AUTHENTICATOR_APPS) throw problem('conflict'); // it was begun beside the fifth

    const { accountId } = principal;
    const { enrollment } = own;
    const { spending, step } = await tryCode(own, input);
    if (!enrollment || step === null) {
      // Only what was counted: codes that a lock refuses can come without end.
      if (spending === 'spent') await history.add({ accountId, type: 'second-factor-failed', sourceIp });
      log('warn', 'second-factor', { account_id: accountId, outcome: outcomeOfRefusal([spending]) });
      throw problem('invalid-code');
    }

    // Recovery codes come with the first factor: whoever has one must be able to lose it.
    const codes = isTwoFactorOn(overview) ? null : makeRecoveryCodes(randomness);
    const { appId, name, secret } = enrollment;
    const app = { name, secret, lastStep: step, enrolledAtEpochSeconds: clock.nowSeconds() };
    const confirmed = await twoFactor.confirm({
      principal,
      enrollment,
      seen: own.factors,
      change: {
        app: { appId, app },
        ...(codes && { recoveryCodeHashes: codes.map((one) => secrets.hashRecoveryCode(one, accountId)) }),
      },
      alongside: [
        ...attempts.forget(accountId, ['totp']),
        history.recordEvent({ accountId, type: 'authenticator-added', sourceIp }),
        recordIntent({ kind: 'security-notice', accountId, event: 'authenticator-added' }),
      ],
    });
    if (!confirmed) {
      // Another request used the code, or ended the session, at the same moment.
      await history.add({ accountId, type: 'second-factor-failed', sourceIp });
      log('warn', 'second-factor', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-code');
    }

    log('info', 'authenticator-added', { account_id: accountId, outcome: 'success' });
    return { factor: 'totp' as const, id: appId, ...(codes && { recovery_codes: codes.map(groupRecoveryCode) }) };
  };
};
