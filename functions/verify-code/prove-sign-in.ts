import { provideHistory, type SecurityHistory } from '../../shared/account/security-events.ts';
import { isExpired } from '../../shared/aws/row.ts';
import { problem } from '../../shared/contract/problems.ts';
import { isDeviceKnown } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import { type CompleteSignIn, provideCompleteSignIn } from '../../shared/session/complete-sign-in.ts';
import type { SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { type NoticeOfNewDeviceWrite, provideNoticeOfNewDeviceWrite } from '../../shared/session/sign-in-vetoes.ts';
import { provideSmsBudget, type SmsBudget } from '../../shared/sms/sms-budget.ts';
import { type Attempts, provideAttempts } from '../../shared/two-factor/attempts.ts';
import type { ChallengeToken } from '../../shared/two-factor/challenge-tokens.ts';
import { type CheckCodeDeps, makeCheckCode } from '../../shared/two-factor/check-code.ts';
import { acceptProofWrite } from '../../shared/two-factor/factors.ts';
import { provideMatchDecoy, provideMatchFactor } from '../../shared/two-factor/match-factor.ts';
import {
  type NoticeOfProofWrites,
  provideNoticeOfProofWrites,
} from '../../shared/two-factor/notice-of-proof-writes.ts';
import { provideReportAppAhead } from '../../shared/two-factor/report-app-ahead.ts';
import { comparisonsOf, factorsOfCode, methodsOf, secondFactorsIn } from '../../shared/two-factor/second-factors.ts';
import { clockHint, provideSpendNearMiss } from '../../shared/two-factor/spend-near-miss.ts';
import {
  consumeVerificationWrite,
  makeVerifications,
  type SignInAttempt,
  sentCode,
  type Verifications,
} from '../../shared/two-factor/verifications.ts';

export interface ProveSignInDeps extends CheckCodeDeps {
  attempts: Attempts;
  verifications: Pick<Verifications, 'readForSignIn'>;
  completeSignIn: CompleteSignIn;
  history: SecurityHistory;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  noticeOfProofWrites: NoticeOfProofWrites;
  noticeOfNewDeviceWrite: NoticeOfNewDeviceWrite;
  log: Log;
}

interface ProveSignInInput {
  challenge: ChallengeToken;
  /** Without separators. */
  code: string;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/** A sign-in that is complete. */
export type ProvenSignIn = SignInTokensAnswer & { verified: true; proves: 'sign-in'; recovery_codes_left?: number };

/**
 * Completes a sign-in whose password was right with a second factor. A try of the challenge and of the one factor that the code
 * is held against is spent before anything is compared; the session, the used-up code and the ended challenge are one
 * transaction.
 *
 * @throws problem invalid-code
 */
const makeProveSignIn = (deps: ProveSignInDeps) => {
  const { attempts, verifications, history, clock, log } = deps;

  const checkCode = makeCheckCode(deps);

  /** Refuses a code that was counted and then lost a race: another request used it, or ended the challenge, first. */
  const refuse = async ({ challenge: { accountId }, sourceIp }: ProveSignInInput) => {
    await history.add({ accountId, type: 'second-factor-failed', sourceIp });
    log('warn', 'sign-in', { account_id: accountId, outcome: 'failure' });
    return problem('invalid-code');
  };

  /** The device that the password came from, while the account knows it; `null` for a new one. */
  const knownDeviceOf = ({ account, verification: { deviceId }, devices }: SignInAttempt): string | null => {
    const { accountId, epoch } = account;
    const token = deviceId === undefined ? null : { deviceId, accountId, epoch };
    const isKnown = token && isDeviceKnown(token, { account, devices }, clock.nowSeconds());
    return isKnown ? token.deviceId : null;
  };

  return async (input: ProveSignInInput): Promise<ProvenSignIn> => {
    const { challenge, code, sourceIp } = input;
    const { accountId, verificationId } = challenge;
    if (isExpired(challenge, clock.nowSeconds())) throw problem('invalid-code');
    const looks = factorsOfCode(code, secondFactorsIn(challenge.factors));
    // Mostly no SMS is out. That this is so is a condition of the spending, so nothing has to be read before it.
    const [likely] = comparisonsOf(looks, false);
    const onlyWithoutSms = looks.length > 1;
    // Reserved on the conditions of the challenge's row and of the account's epoch: a signed challenge alone can lock no factor.
    const [first, attempt] = await Promise.all([
      likely ? attempts.reserve({ by: challenge, factor: likely, verificationId, onlyWithoutSms, sourceIp }) : null,
      verifications.readForSignIn(challenge),
    ]);
    if (!attempt) throw first === 'allowed' ? await refuse(input) : problem('invalid-code');

    const sent = sentCode(attempt.verification, clock.nowSeconds());
    const isSmsOut = first === 'sms-is-out';
    const { proof, counted, isClockOff, hasEnded } = await checkCode({
      by: challenge,
      code,
      factors: attempt.factors,
      sms: sent,
      order: comparisonsOf(looks, isSmsOut),
      first: isSmsOut ? null : first,
      verificationOf: () => verificationId,
      sourceIp,
    });
    if (!proof) {
      // Only what was compared, and thereby counted: a challenge could be answered, locked or used up, without end.
      if (counted.length > 0) await history.add({ accountId, type: 'second-factor-failed', sourceIp });
      else if (likely && !hasEnded) await attempts.touch({ accountId, factor: likely });
      if (!hasEnded) log('warn', 'sign-in', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-code', clockHint(isClockOff));
    }

    const { account, verification, devices } = attempt;
    const methods = methodsOf(proof.factor);
    const knownDevice = knownDeviceOf(attempt);
    const { deviceName } = verification;
    const left = proof.factor === 'recovery_code' ? { recovery_codes_left: proof.left } : {};
    const answer = { verified: true as const, proves: 'sign-in' as const, ...left };
    const tokens = await deps.completeSignIn({
      account,
      devices,
      deviceId: knownDevice,
      methods,
      deviceName,
      sourceIp,
      type: proof.factor === 'recovery_code' ? 'recovery-code-used' : 'signed-in',
      writesOf: (session) => [
        consumeVerificationWrite(verification, clock.nowSeconds()),
        acceptProofWrite(accountId, proof),
        ...(proof.factor === 'sms' && sent ? [deps.smsBudget.verifiedWrite({ ...sent, requestedBy: 'owner' })] : []),
        ...attempts.forgetWrites(accountId, counted),
        ...deps.noticeOfProofWrites(accountId, proof),
        ...(knownDevice === null ? [deps.noticeOfNewDeviceWrite(session)] : []),
        ...input.keeper.keepWrites({ result: answer, of: session, tokens: 'answer' }),
      ],
    });
    if (!tokens) throw await refuse(input); // a concurrent request used the code or the challenge
    return { ...answer, ...tokens };
  };
};

export type ProveSignIn = ReturnType<typeof makeProveSignIn>;

export const provideProveSignIn = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions' | 'sms'> & Ports,
): ProveSignIn =>
  makeProveSignIn({
    ...scope,
    attempts: scope.use(provideAttempts),
    verifications: scope.use(makeVerifications),
    completeSignIn: scope.use(provideCompleteSignIn),
    history: scope.use(provideHistory),
    smsBudget: scope.use(provideSmsBudget),
    noticeOfProofWrites: scope.use(provideNoticeOfProofWrites),
    noticeOfNewDeviceWrite: scope.use(provideNoticeOfNewDeviceWrite),
    matchFactor: scope.use(provideMatchFactor),
    matchDecoy: scope.use(provideMatchDecoy),
    reportAppAhead: scope.use(provideReportAppAhead),
    spendNearMiss: scope.use(provideSpendNearMiss),
  });
