import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { EMAIL_CODE } from '../../shared/contract/factor-names.ts';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { NumberPurpose } from '../../shared/contract/number-purposes.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import type { RequireServedCountry } from '../../shared/sms/served-countries.ts';
import type { ChallengeToken } from '../../shared/two-factor/challenge-tokens.ts';
import type { TokenCaller } from '../../shared/two-factor/read-token-caller.ts';
import type { VerificationIds } from '../../shared/two-factor/verification-ids.ts';
import type { PlannedVerification, PlanVerification } from './plan-verification.ts';
import type { SmsOutlooks } from './sms-outlook.ts';
import type { RequestedVerification, Requests } from './verification-requests.ts';

export interface RequestVerificationDeps {
  requests: Requests;
  planVerification: PlanVerification;
  smsOutlooks: SmsOutlooks;
  recordIntentWrite: RecordIntentWrite;
  verificationIds: Pick<VerificationIds, 'write'>;
  requireServedCountry: RequireServedCountry;
  clock: Clock;
}

export interface RequestVerificationInput {
  /** The caller: a sign-in with a second factor, a signed-in account, or an anonymous caller. */
  caller: TokenCaller;
  /** `null` where the caller named none. */
  phoneNumber: PhoneNumber | null;
  /** What the number shall become; `null` where the caller said nothing of it. */
  purpose: NumberPurpose | null;
  locales: readonly string[];
  sourceIp: string;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/**
 * Accepts a request for a code by SMS, or once more for the mailed one of a sign-in from a new device. Which account a number belongs to
 * is never looked at here, so a number with an account and one without cost the same work and get the same answer. A caller past the
 * password is told where no SMS can be sent, with the other factors; strangers get the same answer then as always (docs/adr/0038).
 *
 * @throws problem invalid-request, unsupported-country, unauthenticated, fresh-session-required, conflict, sms-unavailable,
 * too-many-requests, captcha-required
 */
export const makeRequestVerification = (deps: RequestVerificationDeps) => {
  const { requests, planVerification, recordIntentWrite, verificationIds, requireServedCountry, smsOutlooks, clock } =
    deps;

  const answerOf = (
    { verificationId, expiresAtEpochSeconds }: Pick<RequestedVerification, 'verificationId' | 'expiresAtEpochSeconds'>,
    resendAfterSeconds: number,
  ) => ({
    verification_id: verificationIds.write(verificationId),
    // A repeat lives no longer than the first.
    expires_in: Math.min(SMS_CODE_SECONDS, expiresAtEpochSeconds - clock.nowSeconds()),
    resend_after: resendAfterSeconds,
  });

  /** The mail of a sign-in from a new device once more: a number in the request changes nothing, the code goes to the account's address alone. */
  const requestMail = (challenge: ChallengeToken, { locales, sourceIp, keeper }: RequestVerificationInput) =>
    requests.mail({
      challenge,
      locales,
      sourceIp,
      keepWrites: (resendAfterSeconds) => keeper.keepWrites({ result: answerOf(challenge, resendAfterSeconds) }),
    });

  const requestSms = async (
    { phoneNumber, locales, sourceNetwork, captcha, keeper }: RequestVerificationInput,
    planned: PlannedVerification,
  ) => {
    const { requestedBy, requested, account, number } = planned;
    return requests[requestedBy].take({
      destination: account ? account.accountId : number,
      requested,
      outlook: account ? await smsOutlooks.of({ ...account, requestedBy }) : null,
      sourceNetwork,
      captcha,
      recordIntentWrite: (verificationId) =>
        recordIntentWrite({
          kind: 'sms-code',
          verificationId,
          phoneNumber: phoneNumber?.e164 ?? null,
          locales: [...locales],
        }),
      keepWrites: (verification, resendAfterSeconds) =>
        keeper.keepWrites({ result: answerOf(verification, resendAfterSeconds) }),
    });
  };

  return async (input: RequestVerificationInput) => {
    if (input.phoneNumber) requireServedCountry(input.phoneNumber);
    const planned = planVerification(input);
    const challenge = input.caller.kind === 'challenge' ? input.caller.challenge : null;
    const wantsMail = challenge?.factors.includes(EMAIL_CODE);
    const taken = challenge && wantsMail ? await requestMail(challenge, input) : await requestSms(input, planned);
    switch (taken.outcome) {
      case 'limited':
        throw problem('too-many-requests', { ...taken.exceeded, ...(wantsMail && { detail: 'ask-for-link' }) });
      case 'too-early':
        throw problem('too-many-requests', { retryAfterSeconds: taken.waitSeconds });
      case 'sms-unavailable':
        throw problem('sms-unavailable', { factors: taken.otherFactors });
      case 'number-refused':
        throw problem('conflict', { errors: [{ field: 'phone_number', code: taken.code }] });
      case 'refused':
        throw problem('unauthenticated'); // the challenge or the session has ended
      case 'accepted':
        return answerOf(taken.requested, taken.resendAfterSeconds);
    }
  };
};
