import type { Dynamo, Item, Write } from '../../shared/aws/dynamo.ts';
import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import type { SecondFactor } from '../../shared/contract/factor-names.ts';
import type { FieldErrorCode } from '../../shared/contract/field-errors.ts';
import type { SmsRequester } from '../../shared/contract/sms-requester.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type Limits, provideLimits } from '../../shared/limits/limits.ts';
import type { LimitExceeded } from '../../shared/limits/rate-limit.ts';
import { provideRequestMailCode, type RequestMailCode } from './mail-code-requests.ts';
import { makeResends, type Resends, type SpacedRequest } from './resends.ts';
import type { SmsOutlook } from './sms-outlook.ts';

/** Why a write lost, with the row that is there; `null` for one that didn't. */
type Refusal = { current: Item | null } | null;

/** The verification that a code is asked for: one that begins, or one that lives and gets its code once more. */
export interface RequestedVerification {
  verificationId: string;
  expiresAtEpochSeconds: number;
  /** Those of the writes that check the challenge or the session; none of a caller without a token. */
  callerWrites: readonly Write[];
  /** They come to be together with the counting, or not at all. */
  writes: readonly Write[];
  /** What is asked for instead, given what refused the writes, in their order; `null` where the challenge or the session has ended. */
  otherwise(refusals: readonly Refusal[]): RequestedVerification | null;
}

/** A request for a code by SMS. */
interface VerificationRequest {
  /** What is counted and spaced out: an account's id, or a number. */
  destination: string;
  sourceNetwork: string;
  /** Asked for by the limits of strangers alone. */
  captcha: CaptchaAttempt;
  requested: RequestedVerification;
  /** Whether an SMS could be sent, for a caller past the password; `null` for others, who learn nothing of it. */
  outlook: SmsOutlook | null;
  /** The intent to send the code of a verification. */
  recordIntentWrite: (verificationId: string) => Write;
  /** The writes of an answer, which names the verification and says when the next request may come. */
  keepWrites: (requested: RequestedVerification, resendAfterSeconds: number) => readonly Write[];
}

/** What came of it; `refused` where the challenge or the session has ended. */
type VerificationRequestResult =
  | { outcome: 'accepted'; requested: RequestedVerification; resendAfterSeconds: number }
  | { outcome: 'limited'; exceeded: LimitExceeded }
  | { outcome: 'too-early'; waitSeconds: number }
  | { outcome: 'sms-unavailable'; otherFactors: SecondFactor[] }
  | { outcome: 'number-refused'; code: FieldErrorCode }
  | { outcome: 'refused' };

/** Takes requests for codes. */
interface VerificationRequests {
  /** Counted and spaced out before anything else, in one round trip for the first of a destination. @throws StoreUnavailable */
  take(request: VerificationRequest): Promise<VerificationRequestResult>;
}

/**
 * A repeat takes two, one for a verification whose tries are used up three; the fourth is for a lost race.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const MOST_ATTEMPTS = 4;

/** Opens them under a flow's limits. */
const makeVerificationRequests = ({
  limits,
  resends,
  dynamo,
}: {
  limits: Limits;
  resends: Resends;
  dynamo: Pick<Dynamo, 'transact'>;
}): VerificationRequests => {
  const unavailable = async ({ otherFactors, report }: SmsOutlook): Promise<VerificationRequestResult> => {
    await report();
    return { outcome: 'sms-unavailable', otherFactors };
  };

  const attempt = async (
    request: VerificationRequest,
    requested: RequestedVerification,
    spaced: SpacedRequest,
    attemptsLeft: number,
  ): Promise<VerificationRequestResult> => {
    const { destination, sourceNetwork, captcha, outlook, recordIntentWrite, keepWrites } = request;
    const outlookWrites = outlook?.requireWrites ?? [];
    const result = await limits.spendWith({
      identifier: destination,
      sourceNetwork,
      captcha,
      writes: [
        spaced.write,
        ...requested.writes,
        ...outlookWrites,
        recordIntentWrite(requested.verificationId),
        ...keepWrites(requested, spaced.resendAfterSeconds),
      ],
    });
    const { resendAfterSeconds } = spaced;
    if (result.won) return { outcome: 'accepted', requested, resendAfterSeconds };
    const [tooEarly, ...others] = result.refusals;
    const refusals = others.slice(0, requested.writes.length);
    const next = refusals.some(Boolean) ? requested.otherwise(refusals) : requested;
    // Before the counters: a caller that has ended must not learn how often the account asks for codes.
    if (!next) return { outcome: 'refused' };
    const isStopped = others.slice(refusals.length, refusals.length + outlookWrites.length).some(Boolean);
    if (outlook && isStopped) return unavailable(outlook);
    if (result.exceeded) return { outcome: 'limited', exceeded: result.exceeded };

    const nextSpaced = tooEarly ? resends.next(destination, tooEarly.current) : spaced;
    if ('waitSeconds' in nextSpaced) return { outcome: 'too-early', waitSeconds: nextSpaced.waitSeconds };
    // Lost to other requests of the same moment: the code of one of them is on its way.
    if (attemptsLeft === 0) return { outcome: 'too-early', waitSeconds: resendAfterSeconds };
    return attempt(request, next, nextSpaced, attemptsLeft - 1);
  };

  return {
    take: async (request) => {
      const { outlook, requested, destination } = request;
      if (!outlook?.refusedFor && !outlook?.isHopeless) {
        return attempt(request, requested, resends.first(destination), MOST_ATTEMPTS - 1);
      }
      // A caller that has ended must not learn what the account has.
      const { won } = await dynamo.transact(requested.callerWrites);
      if (!won) return { outcome: 'refused' };
      return outlook.refusedFor ? { outcome: 'number-refused', code: outlook.refusedFor } : unavailable(outlook);
    },
  };
};

/** The requests of each class for an SMS, each under limits of its own, and those for a mail. */
export type Requests = Readonly<Record<SmsRequester, VerificationRequests>> & { mail: RequestMailCode };

export const provideVerificationRequests = (
  scope: Scope<
    | 'captcha'
    | 'limits.accountVerification'
    | 'limits.ownerVerification'
    | 'limits.requestVerification'
    | 'signIn.codesPerAccount'
  > &
    Ports,
): Requests => {
  const under = (limits: Limits) => makeVerificationRequests({ ...scope, limits, resends: scope.use(makeResends) });
  return {
    anyone: under(scope.use(provideLimits.requestVerification)),
    account: under(scope.use(provideLimits.accountVerification)),
    owner: under(scope.use(provideLimits.ownerVerification)),
    mail: scope.use(provideRequestMailCode),
  };
};
