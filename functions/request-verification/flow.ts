import { isFresh } from '../../shared/account/principal.ts';
import { isExpired } from '../../shared/aws/row.ts';
import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { EMAIL_CODE } from '../../shared/contract/factor-names.ts';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import { widestNetwork } from '../../shared/limits/source-network.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { DescribedDevice } from '../../shared/primitives/described-device.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import type { RequireServedCountry } from '../../shared/sms/served-countries.ts';
import type { ChallengeToken } from '../../shared/two-factor/challenge-tokens.ts';
import type { TokenCaller } from '../../shared/two-factor/read-token-caller.ts';
import type { VerificationIds } from '../../shared/two-factor/verification-ids.ts';
import type { RequestMailCode } from './mail-code-requests.ts';
import type { RequestedVerifications } from './requested-verifications.ts';
import type { SmsOutlooks } from './sms-outlook.ts';
import type { RequestedVerification, RequestsByClass } from './verification-requests.ts';

export interface RequestVerificationDeps {
  requests: RequestsByClass;
  requestMailCode: RequestMailCode;
  requestedVerifications: RequestedVerifications;
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
  locales: readonly string[];
  /** What the device says that it is. */
  device: DescribedDevice;
  sourceIp: string;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/**
 * Accepts a request for a code by SMS, or once more for the mailed one of a sign-in from a new device. Which account a number belongs to is never looked at here, so a number with an account and
 * one without cost the same work and get the same answer. A caller past the password is told where no SMS can be sent, with the other
 * factors of the account; strangers get the same answer then as always (docs/adr/0038).
 *
 * @throws problem invalid-request, unsupported-country, unauthenticated, fresh-session-required, sms-unavailable,
 * too-many-requests, captcha-required
 */
export const makeRequestVerification = (deps: RequestVerificationDeps) => {
  const { requests, requestedVerifications, recordIntentWrite, verificationIds, requireServedCountry } = deps;
  const { smsOutlooks, clock } = deps;

  /** The verification of each kind of caller, and the class that the request is counted for. */
  const plan = ({ caller, phoneNumber: to, sourceIp }: RequestVerificationInput) => {
    if (caller.kind === 'challenge') {
      const { challenge } = caller; // its verification was begun at sign-in
      const requested = requestedVerifications.ofChallenge(challenge);
      return { requestedBy: 'owner' as const, requested, account: { accountId: challenge.accountId, to: null } };
    }
    if (caller.kind === 'session') {
      const { principal } = caller;
      // Another number is another factor; the own one, for reauthenticate, makes the session fresh in the first place.
      if (to && !isFresh(principal, clock.nowSeconds())) throw problem('fresh-session-required');
      const requested = requestedVerifications.ofSession(principal, to);
      const requestedBy = to ? ('account' as const) : ('owner' as const);
      return { requestedBy, requested, account: { accountId: principal.accountId, to } };
    }
    if (!to) throw problem('invalid-request', { errors: [{ field: 'phone_number', code: 'required' }] });
    const requested = requestedVerifications.ofNumber(sourceIp, to);
    return { requestedBy: 'anyone' as const, requested, number: to.e164 };
  };

  const answerOf = (
    { verificationId, expiresAtEpochSeconds }: Pick<RequestedVerification, 'verificationId' | 'expiresAtEpochSeconds'>,
    resendAfterSeconds: number,
  ) => ({
    verification_id: verificationIds.write(verificationId),
    // A repeat lives no longer than the first.
    expires_in: Math.min(SMS_CODE_SECONDS, expiresAtEpochSeconds - clock.nowSeconds()),
    resend_after: resendAfterSeconds,
  });

  /** The mail of a sign-in from a new device once more: whatever number comes along, a code goes to the account's address alone. */
  const requestMail = (
    challenge: ChallengeToken,
    { device, locales: preferred, sourceNetwork, keeper }: RequestVerificationInput,
  ) => {
    const { verificationId } = challenge;
    const [locales, network] = [[...preferred], widestNetwork(sourceNetwork)];
    return deps.requestMailCode({
      challenge,
      intentWrite: recordIntentWrite({ kind: 'sign-in-code', verificationId, locales, device, network }),
      keepWrites: (resendAfterSeconds) => keeper.keepWrites({ result: answerOf(challenge, resendAfterSeconds) }),
    });
  };

  const requestSms = async (input: RequestVerificationInput) => {
    const { phoneNumber, locales, sourceNetwork, captcha, keeper } = input;
    const { requestedBy, requested, account, number } = plan(input);
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
    const { caller, phoneNumber } = input;
    if (phoneNumber) requireServedCountry(phoneNumber);
    const challenge = caller.kind === 'challenge' ? caller.challenge : null;
    if (challenge && isExpired(challenge, clock.nowSeconds())) throw problem('unauthenticated');
    const wantsMail = challenge?.factors.includes(EMAIL_CODE);
    const taken = challenge && wantsMail ? await requestMail(challenge, input) : await requestSms(input);
    switch (taken.outcome) {
      case 'limited':
        throw problem('too-many-requests', { ...taken.exceeded, ...(wantsMail && { detail: 'ask-for-link' }) });
      case 'too-early':
        throw problem('too-many-requests', { retryAfterSeconds: taken.waitSeconds });
      case 'sms-unavailable':
        throw problem('sms-unavailable', { factors: taken.otherFactors });
      case 'refused':
        throw problem('unauthenticated'); // the challenge or the session has ended
      case 'accepted':
        return answerOf(taken.requested, taken.resendAfterSeconds);
    }
  };
};
