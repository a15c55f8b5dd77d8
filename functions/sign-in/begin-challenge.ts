import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import { consumeLinkWrite, type SignInLink } from '../../shared/account/sign-in-links.ts';
import { CHALLENGE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { DeviceToken } from '../../shared/devices/device-tokens.ts';
import { forgetDeviceFailuresWrite } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { type ChallengeTokens, makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import type { SignInCandidate } from '../../shared/two-factor/credentials.ts';
import { availableFactors, overviewOf, phoneHint } from '../../shared/two-factor/second-factors.ts';
import { makeVerifications, type Verifications } from '../../shared/two-factor/verifications.ts';

interface BeginChallengeDeps {
  verifications: Pick<Verifications, 'begin'>;
  challengeTokens: Pick<ChallengeTokens, 'write'>;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  randomness: Randomness;
}

interface BeginChallengeInput {
  candidate: SignInCandidate;
  /** The known device that the password came from; `null` for another. */
  known: DeviceToken | null;
  /** The link that let the sign-in past the limit of its address; `null` for none. */
  link: SignInLink | null;
  deviceName: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Begins the challenge of a sign-in whose password was right. The answer may name the factors that are still wanted.
 *
 * @returns `null` where the account has left its epoch since it was read, or the link was used
 */
const makeBeginChallenge =
  ({ verifications, challengeTokens, recordEventWrite, clock, randomness }: BeginChallengeDeps) =>
  async ({ candidate, known, link, deviceName, sourceIp, keeper }: BeginChallengeInput) => {
    const { accountId, epoch } = candidate.account;
    const overview = overviewOf(candidate.factors);
    const available = availableFactors(overview);
    const expiresAtEpochSeconds = clock.nowSeconds() + CHALLENGE_SECONDS;
    const named = { verificationId: randomness.uuid(), accountId, epoch, expiresAtEpochSeconds };
    const verification = {
      ...named,
      purpose: 'sign-in' as const,
      phoneNumber: null, // codes go to the account's own number, whichever it is by then
      country: null,
      deviceName,
      ...(known && { deviceId: known.deviceId }),
    };
    const answer = {
      second_factor_required: true as const,
      challenge_token: challengeTokens.write({ ...named, factors: available }),
      expires_in: CHALLENGE_SECONDS,
      factors: available,
      ...(overview.smsNumber !== null && { phone_hint: phoneHint(overview.smsNumber) }),
    };
    const writes = [
      // Make sure that the owner can see that the password was known, even if no code follows (ASVS 16.3.1).
      recordEventWrite({ accountId, type: 'second-factor-required', sourceIp }),
      ...(link ? [consumeLinkWrite(link)] : []),
      ...keeper.keepWrites({ result: answer, of: { accountId, epoch } }),
    ];
    const hasFailures = known && (candidate.devices?.devices[known.deviceId]?.failures ?? 0) > 0;
    const begun =
      (hasFailures && (await verifications.begin(verification, [...writes, forgetDeviceFailuresWrite(known)]))) ||
      (await verifications.begin(verification, writes)); // also where the device has gone since it was read
    return begun ? answer : null;
  };

export type BeginChallenge = ReturnType<typeof makeBeginChallenge>;

export const provideBeginChallenge = (scope: Scope<'events'> & Ports): BeginChallenge =>
  makeBeginChallenge({
    ...scope,
    verifications: scope.use(makeVerifications),
    challengeTokens: scope.use(makeChallengeTokens),
    recordEventWrite: scope.use(provideRecordEventWrite),
  });
