import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Limits } from '../../shared/limits/limits.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { DescribedDevice } from '../../shared/primitives/described-device.ts';

export interface RequestSignInLinkDeps {
  limits: Limits;
  recordIntentWrite: RecordIntentWrite;
}

export interface RequestSignInLinkInput {
  /** Canonical. */
  email: string;
  /** What the person's device says, best first; for an account that has no locale of its own. */
  locales: readonly string[];
  device: DescribedDevice;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/**
 * Accepts a request for a sign-in link. Whether there is an account, and whether its owner has a mail with a link that lives, is looked
 * up when the message is made, never here: a known and an unknown address cost the same work and get the same answer. One address is
 * counted nowhere: the link is there for owners whose address strangers have used up.
 *
 * @throws problem too-many-requests, captcha-required
 * @see docs/adr/0037
 */
export const makeRequestSignInLink =
  ({ limits, recordIntentWrite }: RequestSignInLinkDeps) =>
  async (input: RequestSignInLinkInput): Promise<{ status: 'accepted' }> => {
    const { email, locales, device, sourceNetwork, captcha, keeper } = input;
    const answer = { status: 'accepted' as const };
    const intent = recordIntentWrite({ kind: 'sign-in-link', email, locales: [...locales], device });
    const writes = [intent, ...keeper.keepWrites({ result: answer })];
    const exceeded = await limits.spend({ sourceNetwork, captcha, writes });
    if (exceeded) throw problem('too-many-requests', exceeded);
    return answer;
  };
