import type { Principal } from '../../shared/account/principal.ts';
import type { SecurityHistory } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { isDigitCode } from '../../shared/primitives/digit-code.ts';
import { withoutSeparators } from '../../shared/primitives/typed-text.ts';
import type { BeginOwnerAction } from '../../shared/session/owner-action.ts';
import type { Reservation } from '../../shared/two-factor/attempt-policy.ts';
import type { Attempts } from '../../shared/two-factor/attempts.ts';
import type { FactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import type { FindOwner } from '../../shared/two-factor/find-owner.ts';
import { newRecoveryCodes } from '../../shared/two-factor/recovery-code.ts';
import { makeRefuseCode } from '../../shared/two-factor/refuse-code.ts';
import { decoyCode, isTwoFactorOn, MAX_AUTHENTICATOR_APPS } from '../../shared/two-factor/second-factors.ts';
import { matchTotp, NO_STEP, nearMissOfTotp } from '../../shared/two-factor/totp.ts';
import type { OwnFactors, TwoFactor } from '../../shared/two-factor/two-factor.ts';

export interface ConfirmTotpDeps {
  findOwner: FindOwner;
  ownerAction: BeginOwnerAction;
  twoFactor: Pick<TwoFactor, 'confirm'>;
  attempts: Attempts;
  history: SecurityHistory;
  secrets: Pick<FactorSecrets, 'decryptTotp' | 'hashRecoveryCode'>;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface ConfirmTotpInput {
  principal: Principal;
  code: string;
  /** Of the app that the owner means, in lower case; `null` for the one that is awaited. */
  enrollmentId: string | null;
  endOtherSessions: boolean;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Switches an authenticator app on. The code that does it is used up by it, and sessions that were begun without the app end
 * unless the owner says otherwise.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict, invalid-code
 */
export const makeConfirmTotp = (deps: ConfirmTotpDeps) => {
  const { findOwner, ownerAction, twoFactor, attempts, secrets, clock, randomness } = deps;
  const refuseCode = makeRefuseCode(deps);

  /** The step of a right code of the app that is awaited, `null` of a wrong one; a try is spent before anything is compared. */
  const tryCode = async (
    { enrollment }: OwnFactors,
    { principal, code, sourceIp }: ConfirmTotpInput,
  ): Promise<{ reservation: Reservation | null; step: number | null; isClockOff?: boolean }> => {
    const { accountId } = principal;
    const typed = withoutSeparators(code);
    if (!isDigitCode(typed)) return { reservation: null, step: null }; // it can be none of an app, so it costs no try
    const reservation = await attempts.reserve({ by: principal, factor: 'totp', verificationId: null, sourceIp });
    if (reservation === 'ended') throw problem('unauthenticated');
    const secret = enrollment && (await secrets.decryptTotp(enrollment.secret, { accountId, appId: enrollment.appId }));
    if (!secret) return { reservation, step: null };
    const compared = reservation === 'allowed' ? typed : decoyCode(typed); // a lock takes the same time (CWE-208)
    const candidate = { secret, code: compared, nowSeconds: clock.nowSeconds(), afterStep: NO_STEP };
    const step = matchTotp(candidate);
    const isClockOff = step === null && nearMissOfTotp(candidate) !== null;
    return reservation === 'allowed' ? { reservation, step, isClockOff } : { reservation, step: null };
  };

  return async (input: ConfirmTotpInput) => {
    const { principal, sourceIp } = input;
    const own = await findOwner(principal);
    const { overview, session, enrollment } = own;
    if (overview.appIds.length >= MAX_AUTHENTICATOR_APPS) throw problem('conflict'); // it was begun beside the fifth

    if (input.enrollmentId !== null && input.enrollmentId !== enrollment?.appId) {
      throw problem('conflict', { errors: [{ field: 'enrollment_id', code: 'outdated' }] });
    }

    const { accountId } = principal;
    const { reservation, step, isClockOff = false } = await tryCode(own, input);
    if (!enrollment || step === null) {
      throw await refuseCode({ accountId, factor: 'totp', reservation, sourceIp, isClockOff });
    }

    // Recovery codes come with the first factor, so that a lost one can be replaced.
    const codes = isTwoFactorOn(overview) ? null : newRecoveryCodes({ accountId, secrets, randomness });
    const { appId, name, secret } = enrollment;
    const app = { name, secret, lastStep: step, enrolledAtEpochSeconds: clock.nowSeconds() };
    const endsOtherSessions = input.endOtherSessions;
    const action = ownerAction({ session, before: own, endsOtherSessions, event: 'authenticator-added', sourceIp });
    const answer = {
      factor: 'totp' as const,
      id: appId,
      ...(codes && { recovery_codes: codes.shown }),
    };
    const confirmed = await twoFactor.confirm({
      ...action.change,
      principal,
      enrollment,
      own,
      change: {
        app: { appId, app },
        ...(codes && { recoveryCodeHashes: codes.hashes }),
      },
      writes: [
        ...action.change.writes,
        ...attempts.forgetWrites(accountId, ['totp']),
        ...input.keeper.keepWrites({ result: answer, ...action.standing }),
      ],
    });
    if (!confirmed) throw await refuseCode({ accountId, factor: 'totp', reservation: 'allowed', sourceIp }); // lost a race

    return { ...answer, ...action.complete() };
  };
};
