import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import { consumeLinkWrite, type SignInLink } from '../../shared/account/sign-in-links.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { DeviceToken } from '../../shared/devices/device-tokens.ts';
import { forgetDeviceFailuresWrite } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { SignInCandidate } from '../../shared/two-factor/credentials.ts';
import { availableFactors, overviewOf, phoneHint } from '../../shared/two-factor/second-factors.ts';
import { makeVerifications, type Verifications } from '../../shared/two-factor/verifications.ts';
import { type NewChallenge, provideNewChallenge } from './new-challenge.ts';

interface BeginChallengeDeps {
  verifications: Pick<Verifications, 'begin'>;
  newChallenge: NewChallenge;
  recordEventWrite: RecordEventWrite;
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
  ({ verifications, newChallenge, recordEventWrite }: BeginChallengeDeps) =>
  async ({ candidate, known, link, deviceName, sourceIp, keeper }: BeginChallengeInput) => {
    const { accountId, epoch } = candidate.account;
    const overview = overviewOf(candidate.factors);
    const begun = newChallenge({
      account: candidate.account,
      factors: availableFactors(overview),
      deviceName,
      deviceId: known?.deviceId ?? null,
    });
    const answer = {
      ...begun.answer,
      ...(overview.smsNumber !== null && { phone_hint: phoneHint(overview.smsNumber) }),
    };
    const writes = [
      // Make sure that the owner can see that the password was known, even if no code follows (ASVS 16.3.1).
      recordEventWrite({ accountId, type: 'second-factor-required', sourceIp }),
      ...(link ? [consumeLinkWrite(link)] : []),
      ...keeper.keepWrites({ result: answer, of: { accountId, epoch } }),
    ];
    const begin = async (others: readonly Write[]) => (await verifications.begin(begun.verification, others)) === null;
    const hasFailures = known && (candidate.devices?.devices[known.deviceId]?.failures ?? 0) > 0;
    const hasBegun =
      (hasFailures && (await begin([...writes, forgetDeviceFailuresWrite(known)]))) || (await begin(writes)); // also where the device has gone since it was read
    return hasBegun ? answer : null;
  };

export type BeginChallenge = ReturnType<typeof makeBeginChallenge>;

export const provideBeginChallenge = (scope: Scope<'events'> & Ports): BeginChallenge =>
  makeBeginChallenge({
    verifications: scope.use(makeVerifications),
    newChallenge: scope.use(provideNewChallenge),
    recordEventWrite: scope.use(provideRecordEventWrite),
  });
