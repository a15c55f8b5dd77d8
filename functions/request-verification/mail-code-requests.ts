import type { RequestNoting } from '../../shared/account/noted-device.ts';
import { toldOriginOfRequest } from '../../shared/account/told-origin.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { CHALLENGE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type AccountLimit, provideSignInCodeLimit } from '../../shared/limits/account-limit.ts';
import type { LimitExceeded } from '../../shared/limits/rate-limit.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { ChallengeToken } from '../../shared/two-factor/challenge-tokens.ts';
import { requireChallengeWrites } from '../../shared/two-factor/challenges.ts';
import { FIRST_RESEND_SECONDS } from './resend-policy.ts';
import { makeResends, type Resends, type SpacedRequest } from './resends.ts';

/** A request for the code of a sign-in from a new device once more. */
interface MailCodeRequest {
  /** It lives. */
  challenge: ChallengeToken;
  locales: readonly string[];
  sourceIp: string;
  /** The writes of an answer, which says when the next request may come. */
  keepWrites: (resendAfterSeconds: number) => readonly Write[];
}

/** What came of it. */
type MailCodeResult =
  | { outcome: 'accepted'; requested: ChallengeToken; resendAfterSeconds: number }
  | { outcome: 'limited'; exceeded: LimitExceeded }
  | { outcome: 'too-early'; waitSeconds: number }
  | { outcome: 'refused' };

/**
 * A repeat takes two; the third is for a lost race.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const MOST_ATTEMPTS = 3;

/**
 * Takes requests for a code by mail. They are spaced out by challenge, and counted for the account together with those that sign-in sends
 * by itself: a person with several new devices waits for none of them because of another.
 */
const makeMailCodeRequests = ({
  dynamo,
  codeLimit,
  resends,
  recordIntentWrite,
  clock,
  requesters,
}: {
  dynamo: Pick<Dynamo, 'transact'>;
  codeLimit: AccountLimit;
  resends: Resends;
  recordIntentWrite: RecordIntentWrite;
  clock: Clock;
  requesters?: RequestNoting['requesters'];
}) => {
  const attempt = async (
    request: MailCodeRequest,
    spaced: SpacedRequest,
    attemptsLeft: number,
  ): Promise<MailCodeResult> => {
    const { challenge, locales, sourceIp, keepWrites } = request;
    const { verificationId } = challenge;
    const from = toldOriginOfRequest(requesters, sourceIp);
    const { resendAfterSeconds } = spaced;
    const spend = codeLimit(challenge.accountId);
    const challengeWrites = requireChallengeWrites(challenge, clock.nowSeconds());
    const result = await dynamo.transact([
      spaced.write,
      spend.write,
      ...challengeWrites,
      recordIntentWrite({ kind: 'sign-in-code', verificationId, locales: [...locales], ...from }),
      ...keepWrites(resendAfterSeconds),
    ]);
    if (result.won) return { outcome: 'accepted', requested: challenge, resendAfterSeconds };
    const [tooEarly, limited, ...others] = result.refusals;
    // Before the counters: a caller that has ended must not learn how often the account asks for codes.
    if (others.slice(0, challengeWrites.length).some(Boolean)) return { outcome: 'refused' };
    if (limited) return { outcome: 'limited', exceeded: spend.exceeded };
    const next = tooEarly ? resends.next(verificationId, tooEarly.current) : spaced;
    if ('waitSeconds' in next) return { outcome: 'too-early', waitSeconds: next.waitSeconds };
    // Lost to other requests of the same moment: the code of one of them is on its way.
    if (attemptsLeft === 0) return { outcome: 'too-early', waitSeconds: resendAfterSeconds };
    return attempt(request, next, attemptsLeft - 1);
  };

  return async (request: MailCodeRequest): Promise<MailCodeResult> => {
    const { verificationId, expiresAtEpochSeconds } = request.challenge;
    // The first mail was asked for by the sign-in that began the challenge.
    const waitSeconds = expiresAtEpochSeconds - CHALLENGE_SECONDS + FIRST_RESEND_SECONDS - clock.nowSeconds();
    if (waitSeconds > 0) return { outcome: 'too-early', waitSeconds };
    return attempt(request, resends.first(verificationId), MOST_ATTEMPTS - 1);
  };
};

export type RequestMailCode = ReturnType<typeof makeMailCodeRequests>;

export const provideRequestMailCode = (scope: Scope<'signIn.codesPerAccount'> & Ports): RequestMailCode =>
  makeMailCodeRequests({
    ...scope,
    codeLimit: scope.use(provideSignInCodeLimit),
    resends: scope.use(makeResends),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
