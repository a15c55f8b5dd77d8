import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { provideSmsBudget, type SmsBudget } from '../../shared/sms/sms-budget.ts';
import { type Attempts, provideAttempts } from '../../shared/two-factor/attempts.ts';
import { type FactorSecrets, makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { makePendingBySource, type PendingBySource } from '../../shared/two-factor/pending-by-source.ts';
import { makeVerifications, sentCode, type Verifications } from '../../shared/two-factor/verifications.ts';
import { type PhoneProofs, providePhoneProofs } from './phone-proofs.ts';

export interface AttemptPhoneDeps {
  attempts: Pick<Attempts, 'reserveOfVerification'>;
  verifications: Pick<Verifications, 'find' | 'consume'>;
  secrets: Pick<FactorSecrets, 'isSmsCode'>;
  smsBudget: Pick<SmsBudget, 'verifiedWrite'>;
  phoneProofs: PhoneProofs;
  pendingBySource: Pick<PendingBySource, 'endWrites'>;
  clock: Clock;
  log: Log;
}

export interface AttemptPhoneInput {
  verificationId: string;
  /** Without separators. */
  code: string;
  /** Whether the caller has the verification's id: only then the answer holds a proof for others, and all tries are there. */
  isOwn: boolean;
  keeper: AnswerKeeper;
}

/** A number whose SMS the caller can read. */
export interface ProvenPhoneAnswer {
  verified: true;
  proves: 'phone';
  phone_proof?: string;
}

/**
 * Proves a number and nothing more: no account, no session, no factor comes of it.
 *
 * @returns `null` for a code that isn't this verification's, or not any more
 */
const makeAttemptPhone =
  ({ attempts, verifications, secrets, smsBudget, phoneProofs, pendingBySource, clock, log }: AttemptPhoneDeps) =>
  async ({ verificationId, code, isOwn, keeper }: AttemptPhoneInput): Promise<ProvenPhoneAnswer | null> => {
    const [mayTry, verification] = await Promise.all([
      attempts.reserveOfVerification({ verificationId, hasId: isOwn }),
      verifications.find(verificationId),
    ]);
    const sent = mayTry && verification?.purpose === 'phone' ? sentCode(verification, clock.nowSeconds()) : null;
    if (!verification || !sent || !(await secrets.isSmsCode(sent.hash, code, sent))) return null;

    const proof = isOwn ? { phone_proof: phoneProofs.sign(sent.phoneNumber) } : {};
    const answer = { verified: true as const, proves: 'phone' as const, ...proof };
    const consumed = await verifications.consume(verification, [
      smsBudget.verifiedWrite({ ...sent, requestedBy: 'anyone' }),
      ...pendingBySource.endWrites(verification.series, verificationId),
      ...keeper.keepWrites({ result: answer }),
    ]);
    if (!consumed) return null; // used at the same moment, or a newer one was asked for

    log('info', 'phone-verified', { outcome: 'success' });
    return answer;
  };

export type AttemptPhone = ReturnType<typeof makeAttemptPhone>;

export const provideAttemptPhone = (scope: Scope<'audience' | 'events' | 'publicUrl' | 'sms'> & Ports): AttemptPhone =>
  makeAttemptPhone({
    ...scope,
    attempts: scope.use(provideAttempts),
    verifications: scope.use(makeVerifications),
    secrets: scope.use(makeFactorSecrets),
    smsBudget: scope.use(provideSmsBudget),
    phoneProofs: scope.use(providePhoneProofs),
    pendingBySource: scope.use(makePendingBySource),
  });
