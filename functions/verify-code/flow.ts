import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import { isDigitCode } from '../../shared/primitives/digit-code.ts';
import { withoutSeparators } from '../../shared/primitives/typed-text.ts';
import type { PendingBySource } from '../../shared/two-factor/pending-by-source.ts';
import type { TokenCaller } from '../../shared/two-factor/read-token-caller.ts';
import type { VerificationIds } from '../../shared/two-factor/verification-ids.ts';
import type { AttemptPhone, ProvenPhoneAnswer } from './attempt-phone.ts';
import type { ProveChallenge } from './prove-challenge.ts';
import type { ProveNumber, ProvenNumber } from './prove-number.ts';
import type { ProvenSignIn } from './prove-sign-in.ts';

export interface VerifyCodeDeps {
  proveChallenge: ProveChallenge;
  proveNumber: ProveNumber;
  attemptPhone: AttemptPhone;
  verificationIds: Pick<VerificationIds, 'read'>;
  findBySource: PendingBySource['find'];
}

export interface VerifyCodeInput {
  caller: TokenCaller;
  code: string;
  /** As the client kept it, or its cookie that request-verification set; `null` where it sent neither. */
  verificationId: string | null;
  /** `null` where the client said nothing of it. */
  endOtherSessions: boolean | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Finds what a code is to prove, in the order of the wire contract: the bearer token, the verification's id, the cookie, and for
 * a code alone what the same source address asked for lately. The last way proves a number and nothing more.
 *
 * @throws problem invalid-request, unauthenticated, fresh-session-required, invalid-code, conflict
 */
export const makeVerifyCode =
  ({ proveChallenge, proveNumber, attemptPhone, verificationIds, findBySource }: VerifyCodeDeps) =>
  async (input: VerifyCodeInput): Promise<ProvenSignIn | ProvenNumber | ProvenPhoneAnswer> => {
    const { caller, endOtherSessions, sourceIp, keeper } = input;
    const code = withoutSeparators(input.code);
    if (caller.kind === 'session') {
      const { principal } = caller;
      return proveNumber({ principal, code, endOtherSessions: endOtherSessions ?? true, sourceIp, keeper });
    }
    // Nothing else that a code proves ends a session: a promise to do so must not be passed over in silence.
    if (endOtherSessions !== null) {
      throw problem('invalid-request', { errors: [{ field: 'end_other_sessions', code: 'not-applicable' }] });
    }
    if (caller.kind === 'challenge') return proveChallenge({ challenge: caller.challenge, code, sourceIp, keeper });

    if (!isDigitCode(code)) throw problem('invalid-code'); // it can be none of an SMS, so it costs no try
    const { verificationId: kept } = input;
    if (kept !== null) {
      const verificationId = await verificationIds.read(kept);
      if (verificationId === null) throw problem('invalid-code');
      const proven = await attemptPhone({ verificationId, code, isOwn: true, keeper });
      if (!proven) throw problem('invalid-code');
      return proven;
    }
    // Several people can be behind one address: each pending one pays a try, until the code is of one of them. The tries that are
    // reserved for the holder of the id are not among those.
    for (const verificationId of await findBySource(sourceIp)) {
      const proven = await attemptPhone({ verificationId, code, isOwn: false, keeper });
      if (proven) return proven;
    }
    throw problem('invalid-code');
  };
