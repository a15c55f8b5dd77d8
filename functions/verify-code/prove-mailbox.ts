import { MAILBOX_METHODS } from '../../shared/account/principal.ts';
import { provideHistory, type SecurityHistory } from '../../shared/account/security-events.ts';
import { isExpired } from '../../shared/aws/row.ts';
import { EMAIL_CODE } from '../../shared/contract/factor-names.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { isDigitCode } from '../../shared/primitives/digit-code.ts';
import { type CompleteSignIn, provideCompleteSignIn } from '../../shared/session/complete-sign-in.ts';
import type { SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { Reservation } from '../../shared/two-factor/attempt-policy.ts';
import { type Attempts, provideAttempts } from '../../shared/two-factor/attempts.ts';
import type { ChallengeToken } from '../../shared/two-factor/challenge-tokens.ts';
import { type FactorSecrets, makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';
import { makeRefuseCode } from '../../shared/two-factor/refuse-code.ts';
import { decoyCode } from '../../shared/two-factor/second-factors.ts';
import {
  consumeVerificationWrite,
  mailedCodeHash,
  makeVerifications,
  type Verifications,
} from '../../shared/two-factor/verifications.ts';

export interface ProveMailboxDeps {
  attempts: Attempts;
  verifications: Pick<Verifications, 'readForSignIn'>;
  secrets: Pick<FactorSecrets, 'isEmailCode'>;
  completeSignIn: CompleteSignIn;
  history: SecurityHistory;
  clock: Clock;
  log: Log;
}

interface ProveMailboxInput {
  challenge: ChallengeToken;
  /** Without separators. */
  code: string;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Completes a sign-in from a new device with the code that went to the account's address. A try of the challenge and of the account is
 * spent before anything is compared, so neither a new challenge nor a new mail gives tries back. A code is good for its challenge and
 * its address alone. The mailbox is no second factor: once one is on, that is wanted.
 *
 * @throws problem invalid-code
 */
const makeProveMailbox = (deps: ProveMailboxDeps) => {
  const { attempts, verifications, secrets, clock, log } = deps;
  const refuseCode = makeRefuseCode(deps);

  /** An attempt whose challenge has ended costs nothing and leaves nothing. */
  const refuse = async ({ challenge: { accountId }, sourceIp }: ProveMailboxInput, reservation: Reservation) => {
    if (reservation === 'ended') return problem('invalid-code');
    log('warn', 'sign-in', { account_id: accountId, outcome: 'failure' });
    return refuseCode({ accountId, factor: EMAIL_CODE, reservation, sourceIp });
  };

  return async (input: ProveMailboxInput): Promise<SignInTokensAnswer & { verified: true; proves: 'sign-in' }> => {
    const { challenge, code, sourceIp } = input;
    const { accountId, verificationId } = challenge;
    if (isExpired(challenge, clock.nowSeconds()) || !isDigitCode(code)) throw problem('invalid-code');
    const [reservation, attempt] = await Promise.all([
      attempts.reserve({ by: challenge, factor: EMAIL_CODE, verificationId, sourceIp }),
      verifications.readForSignIn(challenge),
    ]);
    const hash = attempt && mailedCodeHash(attempt.verification, clock.nowSeconds());
    const typed = reservation === 'allowed' ? code : decoyCode(code); // the time must not tell of a lock
    const matches = hash && (await secrets.isEmailCode(hash, typed, { verificationId, email: attempt.account.email }));
    if (reservation !== 'allowed' || !matches) throw await refuse(input, reservation);

    const { account, verification, devices } = attempt;
    const { deviceName } = verification;
    const answer = { verified: true as const, proves: 'sign-in' as const };
    const tokens = await deps.completeSignIn({
      account,
      devices,
      deviceId: null,
      methods: [...MAILBOX_METHODS],
      deviceName,
      sourceIp,
      writesOf: (session) => [
        consumeVerificationWrite(verification, clock.nowSeconds()),
        requireSwitchedOffWrite(accountId),
        ...attempts.forgetWrites(accountId, [EMAIL_CODE]),
        ...input.keeper.keepWrites({ result: answer, of: session, tokens: 'answer' }),
      ],
    });
    if (!tokens) throw await refuse(input, reservation); // a concurrent request used the challenge, or switched a factor on
    return { ...answer, ...tokens };
  };
};

export type ProveMailbox = ReturnType<typeof makeProveMailbox>;

export const provideProveMailbox = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions'> & Ports,
): ProveMailbox =>
  makeProveMailbox({
    ...scope,
    attempts: scope.use(provideAttempts),
    verifications: scope.use(makeVerifications),
    secrets: scope.use(makeFactorSecrets),
    completeSignIn: scope.use(provideCompleteSignIn),
    history: scope.use(provideHistory),
  });
