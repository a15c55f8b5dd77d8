import type { Principal } from '../../shared/account/principal.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { SmsBudget } from '../../shared/sms/sms-budget.ts';
import type { Factors } from '../../shared/two-factor/factors.ts';
import { type HoldCodeDeps, type Holding, makeHoldCode } from '../../shared/two-factor/hold-code.ts';
import { availableFactors, comparisonsOf, factorsOfCode, overviewOf } from '../../shared/two-factor/second-factors.ts';
import type { consumeVerification, Verifications } from '../../shared/two-factor/verifications.ts';

export interface MatchOwnCodeDeps extends HoldCodeDeps {
  verifications: Pick<Verifications, 'findCode'>;
  consumeVerification: typeof consumeVerification;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
}

/** A code that a signed-in caller typed. */
export interface OwnCode {
  principal: Principal;
  factors: Factors;
  /** Without separators. */
  code: string;
  sourceIp: string;
}

/** What a code turned out to be, and what belongs to its use. */
export interface OwnHolding extends Holding {
  /** To be written together with whatever follows from the proof; empty without one. */
  alongside: Write[];
}

/**
 * Holds a code against the factors of the signed-in caller it comes from. A comparison with the code that went out by SMS
 * costs a try of that code's five as well; one with an app has nothing to answer but the account.
 */
export const makeMatchOwnCode = (deps: MatchOwnCodeDeps) => {
  const { verifications, consumeVerification, smsBudget, clock } = deps;
  const holdCode = makeHoldCode(deps);

  return async ({ principal, factors, code, sourceIp }: OwnCode): Promise<OwnHolding> => {
    const { sessionId: verificationId } = principal;
    const looks = factorsOfCode(code, availableFactors(overviewOf(factors)));
    const sms = looks.includes('sms') ? await verifications.findCode(principal) : null;
    const holding = await holdCode({
      by: principal,
      code,
      factors,
      sms,
      order: comparisonsOf(looks, sms !== null),
      first: null,
      verificationOf: (factor) => (factor === 'sms' && sms ? verificationId : null),
      sourceIp,
    });
    const isSent = holding.proof?.factor === 'sms' && sms !== null;
    const used = isSent
      ? [consumeVerification({ verificationId }, clock.nowSeconds()), smsBudget.verifiedWrite(sms)]
      : [];
    return { ...holding, alongside: used };
  };
};

export type MatchOwnCode = ReturnType<typeof makeMatchOwnCode>;
