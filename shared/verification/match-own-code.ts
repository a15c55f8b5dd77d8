import type { FactorProof, MatchFactor } from '../crypto/match-factor.ts';
import type { Clock } from '../domain/clock.ts';
import type { SecondFactor } from '../domain/factors.ts';
import type { Principal } from '../domain/session.ts';
import type { Write } from '../store/dynamo.ts';
import type { Factors } from '../store/factors.ts';
import type { SmsBudget } from '../store/sms-budget.ts';
import type { consumeVerification, Verifications } from '../store/verifications.ts';

export interface MatchOwnCodeDeps {
  verifications: Pick<Verifications, 'findCode'>;
  matchFactor: MatchFactor;
  consumeVerification: typeof consumeVerification;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  clock: Clock;
}

/** A code that a signed-in caller typed. */
export interface OwnCode {
  principal: Principal;
  factors: Factors;
  /** Without separators. */
  code: string;
  /** What may be compared: a try was spent for each. */
  comparable: readonly SecondFactor[];
}

/** What a code proved, and what belongs to its use: to be written together with whatever follows from the proof. */
export interface OwnProof {
  proof: FactorProof;
  alongside: Write[];
}

/**
 * Holds a code against the factors of the signed-in caller it comes from.
 *
 * @returns `null` for a code that proves nothing
 */
export const makeMatchOwnCode =
  ({ verifications, matchFactor, consumeVerification, smsBudget, clock }: MatchOwnCodeDeps) =>
  async ({ principal, factors, code, comparable }: OwnCode): Promise<OwnProof | null> => {
    const { accountId, sessionId: verificationId } = principal;
    const nowSeconds = clock.nowSeconds();
    const sms = comparable.includes('sms') ? await verifications.findCode(verificationId) : null;
    const proof = matchFactor({ ...factors, accountId, code, factors: comparable, sms, nowSeconds });
    if (!proof) return null;

    const isSent = proof.factor === 'sms' && sms !== null;
    return {
      proof,
      alongside: isSent ? [consumeVerification({ verificationId }, nowSeconds), smsBudget.verifiedWrite(sms)] : [],
    };
  };

export type MatchOwnCode = ReturnType<typeof makeMatchOwnCode>;
