import type { Principal } from '../../shared/account/principal.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { withoutSeparators } from '../../shared/primitives/typed-text.ts';
import { provideSmsBudget, type SmsBudget } from '../../shared/sms/sms-budget.ts';
import { provideAttempts } from '../../shared/two-factor/attempts.ts';
import { type CheckCodeDeps, type CodeCheck, makeCheckCode } from '../../shared/two-factor/check-code.ts';
import { acceptProofWrite, type Factors } from '../../shared/two-factor/factors.ts';
import { provideMatchDecoy, provideMatchFactor } from '../../shared/two-factor/match-factor.ts';
import { provideReportAppAhead } from '../../shared/two-factor/report-app-ahead.ts';
import { availableFactors, comparisonsOf, factorsOfCode, overviewOf } from '../../shared/two-factor/second-factors.ts';
import { provideSpendNearMiss } from '../../shared/two-factor/spend-near-miss.ts';
import {
  consumeVerificationWrite,
  makeVerifications,
  type Verifications,
} from '../../shared/two-factor/verifications.ts';

export interface MatchStepUpCodeDeps extends CheckCodeDeps {
  verifications: Pick<Verifications, 'findCode'>;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
}

/** A code that a signed-in caller typed. */
interface StepUpCode {
  principal: Principal;
  factors: Factors;
  /** As typed. */
  code: string;
  sourceIp: string;
}

/** What a code turned out to be, and what belongs to its use. */
interface StepUpCheck extends CodeCheck {
  /** Writes of the proof, for the transaction that depends on it; empty without a proof. */
  writes: Write[];
}

/**
 * Holds a code against the factors of the signed-in caller it comes from. A comparison with the code that went out by SMS
 * costs a try of that code's five as well; one with an app has nothing to answer but the account.
 */
const makeMatchStepUpCode = (deps: MatchStepUpCodeDeps) => {
  const { verifications, smsBudget, clock } = deps;
  const checkCode = makeCheckCode(deps);

  return async ({ principal, factors, code: typed, sourceIp }: StepUpCode): Promise<StepUpCheck> => {
    const { sessionId: verificationId } = principal;
    const code = withoutSeparators(typed);
    const looks = factorsOfCode(code, availableFactors(overviewOf(factors)));
    const sms = looks.includes('sms') ? await verifications.findCode(principal) : null;
    const check = await checkCode({
      by: principal,
      code,
      factors,
      sms,
      order: comparisonsOf(looks, sms !== null),
      first: null,
      verificationOf: (factor) => (factor === 'sms' && sms ? verificationId : null),
      sourceIp,
    });
    const { proof } = check;
    const isSent = proof?.factor === 'sms' && sms !== null;
    const used = isSent
      ? [
          consumeVerificationWrite({ verificationId }, clock.nowSeconds()),
          smsBudget.verifiedWrite({ ...sms, requestedBy: 'owner' }),
        ]
      : [];
    return { ...check, writes: [...(proof ? [acceptProofWrite(principal.accountId, proof)] : []), ...used] };
  };
};

export type MatchStepUpCode = ReturnType<typeof makeMatchStepUpCode>;

export const provideMatchStepUpCode = (scope: Scope<'events' | 'sms'> & Ports): MatchStepUpCode =>
  makeMatchStepUpCode({
    ...scope,
    attempts: scope.use(provideAttempts),
    verifications: scope.use(makeVerifications),
    matchFactor: scope.use(provideMatchFactor),
    matchDecoy: scope.use(provideMatchDecoy),
    reportAppAhead: scope.use(provideReportAppAhead),
    spendNearMiss: scope.use(provideSpendNearMiss),
    smsBudget: scope.use(provideSmsBudget),
  });
