import type { ChallengeToken } from '../crypto/challenge-tokens.ts';
import type { FactorProof, MatchFactor } from '../crypto/match-factor.ts';
import type { SessionTokens, SessionTokensAnswer } from '../crypto/session-tokens.ts';
import type { Clock } from '../domain/clock.ts';
import { factorsOfCode, methodsOf } from '../domain/factors.ts';
import { problem } from '../http/problems.ts';
import type { Log } from '../observability/log.ts';
import type { Attempts } from '../store/attempts.ts';
import type { acceptProof } from '../store/factors.ts';
import type { NoticesOfProof } from '../store/notices-of-proof.ts';
import type { SecurityHistory } from '../store/security-events.ts';
import type { Sessions } from '../store/sessions.ts';
import type { SmsBudget } from '../store/sms-budget.ts';
import type { consumeVerification, SentCode, SignInAttempt, sentCode, Verifications } from '../store/verifications.ts';

export interface ProveSignInDeps {
  attempts: Attempts;
  verifications: Pick<Verifications, 'readForSignIn'>;
  sessions: Pick<Sessions, 'start'>;
  history: SecurityHistory;
  matchFactor: MatchFactor;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  acceptProof: typeof acceptProof;
  consumeVerification: typeof consumeVerification;
  sentCode: typeof sentCode;
  sessionTokens: SessionTokens;
  noticesOfProof: NoticesOfProof;
  clock: Clock;
  log: Log;
}

export interface ProveSignInInput {
  challenge: ChallengeToken;
  /** Without separators. */
  code: string;
  sourceIp: string;
}

/** A sign-in that is complete. */
export type ProvenSignIn = SessionTokensAnswer & { verified: true; proves: 'sign-in'; recovery_codes_left?: number };

/**
 * Completes a sign-in whose password was right with a second factor. A try is spent for the challenge and for each factor that
 * the code could be of, before anything is compared; the session, the used-up code and the ended challenge are one transaction.
 *
 * @throws problem invalid-code
 */
export const makeProveSignIn = (deps: ProveSignInDeps) => {
  const { attempts, verifications, sessions, history, sessionTokens, clock, log } = deps;

  const match = (
    attempt: SignInAttempt,
    code: string,
    factors: ChallengeToken['factors'],
    sms: SentCode | null,
  ): FactorProof | null =>
    deps.matchFactor({
      ...attempt.factors,
      accountId: attempt.account.accountId,
      code,
      factors,
      sms,
      nowSeconds: clock.nowSeconds(),
    });

  return async ({ challenge, code, sourceIp }: ProveSignInInput): Promise<ProvenSignIn> => {
    const { accountId, verificationId } = challenge;
    const factors = factorsOfCode(code, challenge.factors);
    const [allowed, attempt] = await Promise.all([
      attempts.spend({ accountId, factors, verificationId }),
      verifications.readForSignIn(challenge),
    ]);
    if (!attempt) throw problem('invalid-code');

    const comparable = factors.filter((factor) => allowed.includes(factor));
    const sent = deps.sentCode(attempt.verification, clock.nowSeconds());
    const proof = comparable.length > 0 ? match(attempt, code, comparable, sent) : null;
    if (!proof) {
      await history.add({ accountId, type: 'second-factor-failed', sourceIp });
      const outcome = comparable.length > 0 ? 'failure' : 'locked';
      log('warn', 'second-factor', { account_id: accountId, outcome });
      throw problem('invalid-code');
    }

    const { account, verification } = attempt;
    const methods = methodsOf(proof.factor);
    const begun = sessionTokens.begin({ ...account, methods, deviceName: verification.deviceName, sourceIp });
    const started = await sessions.start({
      session: begun.session,
      alongside: [
        deps.consumeVerification(verification, clock.nowSeconds()),
        deps.acceptProof(accountId, proof),
        ...(proof.factor === 'sms' && sent ? [deps.smsBudget.verifiedWrite(sent)] : []),
        ...attempts.forget(accountId, factors),
        history.recordEvent({
          accountId,
          type: proof.factor === 'recovery_code' ? 'recovery-code-used' : 'signed-in',
          sourceIp,
        }),
        ...deps.noticesOfProof(accountId, proof),
      ],
    });
    if (!started) throw problem('invalid-code'); // somebody else used the code or the challenge at the same moment

    log('info', 'sign-in', { account_id: accountId, session_id: begun.session.sessionId, outcome: 'success' });
    const left = proof.factor === 'recovery_code' ? { recovery_codes_left: proof.left } : {};
    return { verified: true, proves: 'sign-in', ...(await sessionTokens.answer(begun)), ...left };
  };
};

export type ProveSignIn = ReturnType<typeof makeProveSignIn>;
