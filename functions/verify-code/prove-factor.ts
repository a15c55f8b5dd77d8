import { isFresh, type Principal } from '../../shared/account/principal.ts';
import { provideHistory, type SecurityHistory } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { isDigitCode } from '../../shared/primitives/digit-code.ts';
import { type BeginOwnerAction, provideOwnerAction } from '../../shared/session/owner-action.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { provideSmsBudget, type SmsBudget } from '../../shared/sms/sms-budget.ts';
import { type Attempts, provideAttempts } from '../../shared/two-factor/attempts.ts';
import { type FactorSecrets, makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { type FindOwner, provideFindOwner } from '../../shared/two-factor/find-owner.ts';
import { newRecoveryCodes } from '../../shared/two-factor/recovery-code.ts';
import { makeRefuseCode } from '../../shared/two-factor/refuse-code.ts';
import { decoyCode, isTwoFactorOn } from '../../shared/two-factor/second-factors.ts';
import { makeTwoFactor, type TwoFactor } from '../../shared/two-factor/two-factor.ts';
import { makeVerifications, sentCode, type Verifications } from '../../shared/two-factor/verifications.ts';
import { type OtherOwnersWrites, provideOtherOwnersWrites } from './other-owners-writes.ts';

export interface ProveFactorDeps {
  findOwner: FindOwner;
  ownerAction: BeginOwnerAction;
  attempts: Attempts;
  verifications: Pick<Verifications, 'find'>;
  twoFactor: Pick<TwoFactor, 'confirmSms'>;
  secrets: Pick<FactorSecrets, 'isSmsCode' | 'hashRecoveryCode'>;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  otherOwnersWrites: OtherOwnersWrites;
  history: SecurityHistory;
  clock: Clock;
  randomness: Randomness;
  log: Log;
  settings: { sms: { accountsPerNumber: number } };
}

interface ProveFactorInput {
  principal: Principal;
  /** Without separators. */
  code: string;
  endOtherSessions: boolean;
  sourceIp: string;
  keeper: AnswerKeeper;
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
 * always where another number is replaced: who begins sessions with that one must not go on. A few accounts may have one number:
 * it is verified for the latest to prove it, and the owners of the others are told (docs/adr/0032).
 *
 * @throws problem unauthenticated, fresh-session-required, invalid-code, conflict
 */
const makeProveFactor = (deps: ProveFactorDeps) => {
  const { attempts, verifications, twoFactor, secrets, clock } = deps;
  const refuseCode = makeRefuseCode(deps);

  return async ({ principal, code, endOtherSessions, sourceIp, keeper }: ProveFactorInput): Promise<ProvenFactor> => {
    if (!isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');
    const { accountId, sessionId: verificationId } = principal;
    const [own, verification] = await Promise.all([deps.findOwner(principal), verifications.find(verificationId)]);

    if (!isDigitCode(code)) throw await refuseCode({ accountId, factor: 'sms', reservation: null, sourceIp });
    // Reserved for every code: one that was sent for another purpose fails like a wrong one, and counts.
    const reservation = await attempts.reserve({ by: principal, factor: 'sms', verificationId, sourceIp });
    if (reservation === 'ended') throw problem('unauthenticated');
    const isAwaited = verification?.purpose === 'factor' && verification.epoch === principal.epoch;
    const sent = isAwaited ? sentCode(verification, clock.nowSeconds()) : null;
    const matches =
      sent && (await secrets.isSmsCode(sent.hash, reservation === 'allowed' ? code : decoyCode(code), sent));
    if (reservation !== 'allowed' || !sent || !matches) {
      throw await refuseCode({ accountId, factor: 'sms', reservation, sourceIp });
    }

    const codes = isTwoFactorOn(own.overview) ? null : newRecoveryCodes({ ...deps, accountId });
    const { phoneNumber, country } = sent;
    const isReplacing = own.account.phone !== null && own.account.phone.e164 !== phoneNumber;
    const action = deps.ownerAction({
      session: own.session,
      before: own,
      endsOtherSessions: endOtherSessions || isReplacing,
      event: 'sms-added',
      sourceIp,
    });
    // The code was right, whatever comes of it: it is counted as verified, and the failures before it are forgotten.
    const proofWrites = [
      ...attempts.forgetWrites(accountId, ['sms']),
      deps.smsBudget.verifiedWrite({ ...sent, requestedBy: 'account' }),
    ];
    const answer = {
      verified: true as const,
      proves: 'factor' as const,
      ...(codes && { recovery_codes: codes.shown }),
    };
    const outcome = await twoFactor.confirmSms({
      ...action.change,
      principal,
      verificationId,
      own,
      sms: { phoneNumber, country, enrolledAtEpochSeconds: clock.nowSeconds() },
      change: codes ? { recoveryCodeHashes: codes.hashes } : {},
      writes: [...action.change.writes, ...proofWrites, ...keeper.keepWrites({ result: answer, ...action.standing })],
      maximumAccounts: deps.settings.sms.accountsPerNumber,
      writesForOthers: deps.otherOwnersWrites(phoneNumber),
      writesIfFull: [...proofWrites, deps.history.recordEventWrite({ accountId, type: 'phone-refused', sourceIp })],
    });
    if (outcome === 'lost') throw await refuseCode({ accountId, factor: 'sms', reservation: 'allowed', sourceIp }); // lost a race
    if (outcome === 'number-taken') {
      deps.log('warn', 'second-factor', { account_id: accountId, outcome });
      // Past the proof: only a reader of the number's SMS learns that it has as many accounts as it may, and never how many or whose.
      throw problem('conflict', { errors: [{ field: 'phone_number', code: 'not-available' }] });
    }

    return { ...answer, ...action.complete() };
  };
};

export type ProveFactor = ReturnType<typeof makeProveFactor>;

export const provideProveFactor = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions' | 'sms'> & Ports,
): ProveFactor =>
  makeProveFactor({
    ...scope,
    findOwner: scope.use(provideFindOwner),
    ownerAction: scope.use(provideOwnerAction),
    attempts: scope.use(provideAttempts),
    verifications: scope.use(makeVerifications),
    twoFactor: scope.use(makeTwoFactor),
    secrets: scope.use(makeFactorSecrets),
    smsBudget: scope.use(provideSmsBudget),
    otherOwnersWrites: scope.use(provideOtherOwnersWrites),
    history: scope.use(provideHistory),
  });
