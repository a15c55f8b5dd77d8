import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Limits } from '../../shared/limits/limits.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { DescribedDevice } from '../../shared/primitives/described-device.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import type { RequireServedCountry } from '../../shared/sms/served-countries.ts';

export interface RequestRecoveryDeps {
  limits: Limits;
  recordIntentWrite: RecordIntentWrite;
  requireServedCountry: RequireServedCountry;
}

export interface RequestRecoveryInput {
  /** Canonical; `null` where the person gave a number. */
  email: string | null;
  /** `null` where the person gave an address. */
  phoneNumber: PhoneNumber | null;
  /** What the person's device says, best first; for an account that has no locale of its own. */
  locales: readonly string[];
  device: DescribedDevice;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/** The message that is asked for. One of the two has to be named: with both, it would be unclear which is meant. */
const intentOf = ({ email, phoneNumber, locales, device }: RequestRecoveryInput) => {
  if (email !== null && phoneNumber === null) {
    return { kind: 'recovery' as const, email, locales: [...locales], device };
  }
  if (phoneNumber !== null && email === null) {
    const { e164, country } = phoneNumber;
    return { kind: 'recovery-sms' as const, phoneNumber: e164, country, locales: [...locales], device };
  }
  const code = email === null ? 'required' : 'ambiguous';
  throw problem('invalid-request', { errors: [{ field: email === null ? 'email' : 'phone_number', code }] });
};

/**
 * Accepts a request for a recovery message. Whether there is an account, and whether its owner has a message with a token that lives,
 * is looked up when the message is made, never here: a known and an unknown address or number cost the same work and get the same
 * answer. None of them is counted anywhere, because who knows it could use that count up and keep its owner out.
 *
 * @throws problem invalid-request, unsupported-country, too-many-requests, captcha-required
 */
export const makeRequestRecovery =
  ({ limits, recordIntentWrite, requireServedCountry }: RequestRecoveryDeps) =>
  async (input: RequestRecoveryInput): Promise<{ status: 'accepted' }> => {
    const { phoneNumber, sourceNetwork, captcha, keeper } = input;
    const intent = intentOf(input);
    if (phoneNumber) requireServedCountry(phoneNumber);
    const answer = { status: 'accepted' as const };
    const writes = [recordIntentWrite(intent), ...keeper.keepWrites({ result: answer })];
    const exceeded = await limits.spend({ sourceNetwork, captcha, writes });
    if (exceeded) throw problem('too-many-requests', exceeded);
    return answer;
  };
