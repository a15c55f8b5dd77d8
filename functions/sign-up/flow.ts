import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Limits } from '../../shared/limits/limits.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';

export interface SignUpDeps {
  limits: Limits;
  recordIntentWrite: RecordIntentWrite;
}

export interface SignUpInput {
  /** Canonical. */
  email: string;
  /** What the person asked for; `null` where they didn't. */
  locale: string | null;
  /** What their device says, best first. */
  locales: readonly string[];
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/**
 * Requests an account. The password is set only after the address is proven, so signing up with a stranger's address
 * gains nothing when the stranger opens the link (pre-hijacking).
 *
 * @throws problem too-many-requests, captcha-required
 */
export const makeSignUp =
  ({ limits, recordIntentWrite }: SignUpDeps) =>
  async ({ email, locale, locales, sourceNetwork, captcha, keeper }: SignUpInput): Promise<{ status: 'accepted' }> => {
    const answer = { status: 'accepted' as const };
    // The intent rides with the counters: one round trip, the same for an address that has an account.
    const exceeded = await limits.spend({
      identifier: email,
      sourceNetwork,
      captcha,
      writes: [
        recordIntentWrite({ kind: 'sign-up', email, locale, locales: [...locales] }),
        ...keeper.keepWrites({ result: answer }),
      ],
    });
    if (exceeded) throw problem('too-many-requests', exceeded);
    return answer;
  };
