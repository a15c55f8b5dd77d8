import type { Write } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type Limits, provideLimits } from '../../shared/limits/limits.ts';
import type { LimitExceeded } from '../../shared/limits/rate-limit.ts';
import { makeResends, type Resends, type SpacedRequest } from './resends.ts';

/** A request for a code by SMS. */
interface VerificationRequest {
  /** What is counted and spaced out: an account's id, or a number. */
  destination: string;
  sourceNetwork: string;
  /** The verification, what finds it again, and the intent: they come to be together with the counting, or not at all. */
  writes: readonly Write[];
  /** The writes of an answer, which says when the next request may come. */
  keepWrites(resendAfterSeconds: number): readonly Write[];
}

/** What came of it; `refused` where one of the writes beside the counting lost: the challenge or the session has ended. */
type VerificationRequestResult =
  | { outcome: 'accepted'; resendAfterSeconds: number }
  | { outcome: 'limited'; exceeded: LimitExceeded }
  | { outcome: 'too-early'; waitSeconds: number }
  | { outcome: 'refused' };

/** Takes requests for codes. */
export interface VerificationRequests {
  /** Counted and spaced out before anything else, in one round trip for the first of a destination. */
  take(request: VerificationRequest): Promise<VerificationRequestResult>;
}

/** Opens them under a flow's limits. */
const makeVerificationRequests = ({ limits, resends }: { limits: Limits; resends: Resends }): VerificationRequests => {
  const attempt = async (
    request: VerificationRequest,
    spaced: SpacedRequest,
    isLast: boolean,
  ): Promise<VerificationRequestResult> => {
    const { destination, sourceNetwork, writes } = request;
    const result = await limits.spendWith({
      identifier: destination,
      sourceNetwork,
      writes: [spaced.write, ...writes, ...request.keepWrites(spaced.resendAfterSeconds)],
    });
    if (result.won) return { outcome: 'accepted', resendAfterSeconds: spaced.resendAfterSeconds };
    const [tooEarly, ...others] = result.refusals;
    // Before the counters: a caller that has ended must not learn how often the account asks for codes.
    if (others.some(Boolean)) return { outcome: 'refused' };
    if (result.exceeded) return { outcome: 'limited', exceeded: result.exceeded };
    if (!tooEarly) throw new Error('a transaction was refused by none of its conditions');

    const next = resends.next(destination, tooEarly.current);
    if ('waitSeconds' in next) return { outcome: 'too-early', waitSeconds: next.waitSeconds };
    // Lost to another request of the same moment: that one's code is on its way.
    return isLast ? { outcome: 'too-early', waitSeconds: spaced.resendAfterSeconds } : attempt(request, next, true);
  };

  return { take: (request) => attempt(request, resends.first(request.destination), false) };
};

/** Of anybody, for a number. */
export const provideAnonymousRequests = (scope: Scope<'limits.requestVerification'> & Ports): VerificationRequests =>
  makeVerificationRequests({ limits: scope.use(provideLimits.requestVerification), resends: scope.use(makeResends) });

/** Of a signed-in account, or of one whose password was right. */
export const provideAccountRequests = (scope: Scope<'limits.accountVerification'> & Ports): VerificationRequests =>
  makeVerificationRequests({ limits: scope.use(provideLimits.accountVerification), resends: scope.use(makeResends) });
