import { requireSessionWrite } from '../../shared/account/accounts.ts';
import { isFresh } from '../../shared/account/principal.ts';
import { isExpired } from '../../shared/aws/row.ts';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import { requireChallengeWrites } from '../../shared/two-factor/challenges.ts';
import type { PendingBySource } from '../../shared/two-factor/pending-by-source.ts';
import type { TokenCaller } from '../../shared/two-factor/read-token-caller.ts';
import type { VerificationIds } from '../../shared/two-factor/verification-ids.ts';
import { createVerificationWrite, type NewVerification } from '../../shared/two-factor/verifications.ts';
import type { VerificationRequests } from './verification-requests.ts';

export interface RequestVerificationDeps {
  /** For numbers that strangers name. */
  anonymousRequests: VerificationRequests;
  /** For accounts. */
  accountRequests: VerificationRequests;
  pendingBySource: Pick<PendingBySource, 'noteWrites' | 'seriesOf'>;
  recordIntentWrite: RecordIntentWrite;
  verificationIds: Pick<VerificationIds, 'write'>;
  clock: Clock;
  randomness: Randomness;
}

export interface RequestVerificationInput {
  /** The caller: a sign-in with a second factor, a signed-in account, or an anonymous caller. */
  caller: TokenCaller;
  /** `null` where the caller named none. */
  phoneNumber: PhoneNumber | null;
  locales: readonly string[];
  sourceIp: string;
  sourceNetwork: string;
}

/**
 * Accepts a request for a code by SMS. Which account a number belongs to is never looked at here, so a number with an account and
 * one without cost the same work and get the same answer.
 *
 * @throws problem invalid-request, unauthenticated, fresh-session-required, too-many-requests
 */
export const makeRequestVerification = (deps: RequestVerificationDeps) => {
  const { anonymousRequests, accountRequests, recordIntentWrite, verificationIds, clock, randomness } = deps;

  const begin = (
    verification: Pick<NewVerification, 'verificationId' | 'purpose' | 'accountId' | 'epoch' | 'series'>,
    to: PhoneNumber | null,
  ) =>
    createVerificationWrite({
      ...verification,
      phoneNumber: to?.e164 ?? null,
      country: to?.country ?? null,
      deviceName: null,
      expiresAtEpochSeconds: clock.nowSeconds() + SMS_CODE_SECONDS,
    });

  /** What has to come to be for each kind of caller, and what it is counted by. */
  const plan = ({ caller, phoneNumber, sourceIp }: RequestVerificationInput) => {
    const nowSeconds = clock.nowSeconds();
    if (caller.kind === 'challenge') {
      const { verificationId, accountId: destination } = caller.challenge; // begun at sign-in
      if (isExpired(caller.challenge, nowSeconds)) throw problem('unauthenticated');
      const writes = requireChallengeWrites(caller.challenge, nowSeconds);
      return { requests: accountRequests, verificationId, destination, writes };
    }
    if (caller.kind === 'session') {
      const { principal } = caller;
      // Another number is another factor; the own one, for reauthenticate, makes the session fresh in the first place.
      if (phoneNumber && !isFresh(principal, nowSeconds)) throw problem('fresh-session-required');
      const { accountId, epoch, sessionId: verificationId } = principal;
      const purpose = phoneNumber ? ('factor' as const) : ('reauthenticate' as const);
      const writes = [
        requireSessionWrite(principal),
        begin({ verificationId, purpose, accountId, epoch }, phoneNumber),
      ];
      return { requests: accountRequests, verificationId, destination: accountId, writes };
    }
    if (!phoneNumber) throw problem('invalid-request', { errors: [{ field: 'phone_number', code: 'required' }] });
    const verificationId = randomness.uuid();
    const series = deps.pendingBySource.seriesOf(sourceIp, phoneNumber.e164);
    const expiresAtEpochSeconds = nowSeconds + SMS_CODE_SECONDS;
    const writes = [
      begin({ verificationId, purpose: 'phone', accountId: null, epoch: null, series }, phoneNumber),
      ...deps.pendingBySource.noteWrites({ sourceIp, series, verificationId, expiresAtEpochSeconds }),
    ];
    return { requests: anonymousRequests, verificationId, destination: phoneNumber.e164, writes };
  };

  return async (input: RequestVerificationInput) => {
    const { phoneNumber, locales, sourceNetwork } = input;
    const { requests, verificationId, destination, writes: planned } = plan(input);
    const intent = {
      kind: 'sms-code' as const,
      verificationId,
      phoneNumber: phoneNumber?.e164 ?? null,
      locales: [...locales],
    };
    const writes = [...planned, recordIntentWrite(intent)];
    const taken = await requests.take({ destination, sourceNetwork, writes });
    switch (taken.outcome) {
      case 'limited':
        throw problem('too-many-requests', taken.exceeded);
      case 'too-early':
        throw problem('too-many-requests', { retryAfterSeconds: taken.waitSeconds });
      case 'refused':
        throw problem('unauthenticated'); // the challenge or the session has ended
      case 'accepted':
        return {
          verification_id: verificationIds.write(verificationId),
          expires_in: SMS_CODE_SECONDS,
          resend_after: taken.resendAfterSeconds,
        };
    }
  };
};
