import { requireSessionWrite } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { Condition } from '../../shared/aws/conditions.ts';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { PhoneNumber } from '../../shared/primitives/phone-number.ts';
import { TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import type { ChallengeToken } from '../../shared/two-factor/challenge-tokens.ts';
import { openVerification, requireChallengeWrites } from '../../shared/two-factor/challenges.ts';
import { makePendingBySource, type PendingBySource } from '../../shared/two-factor/pending-by-source.ts';
import { createVerificationWrite, verificationRow } from '../../shared/two-factor/verifications.ts';
import type { RequestedVerification } from './verification-requests.ts';
import type { WantedNumber } from './wanted-number.ts';

/**
 * The verifications that codes are asked for. A repeat goes on with the one that lives: its code, its tries and its end stay as they
 * are, and only where it is over does another begin. Which of the two it is, the refusal of the first write tells.
 */
export interface RequestedVerifications {
  /** Of a sign-in, which began it; it has to live. */
  ofChallenge(challenge: ChallengeToken): RequestedVerification;
  /** Of a session: for another number and what it shall become, or for the own one where `to` is `null`. */
  ofSession(principal: Principal, to: WantedNumber | null): RequestedVerification;
  /** Of all callers at one source address, for a number. */
  ofNumber(sourceIp: string, to: PhoneNumber): RequestedVerification;
}

const { when } = verificationRow;

/** Of a code that is out or on its way no more. A further request begins another, for a code that was never shown. */
const isOver = (nowSeconds: number): Condition =>
  when.or(when.hasExpired(nowSeconds), when.above('tries', TRIES_PER_CHALLENGE - 1));

/** Makes them. */
const makeRequestedVerifications = ({
  pendingBySource,
  clock,
  randomness,
}: {
  pendingBySource: Pick<PendingBySource, 'noteWrites' | 'seriesOf' | 'newestOf'>;
  clock: Clock;
  randomness: Randomness;
}): RequestedVerifications => {
  const ofSession = (principal: Principal, to: WantedNumber | null): RequestedVerification => {
    const { accountId, epoch, sessionId: verificationId } = principal;
    const nowSeconds = clock.nowSeconds();
    const purpose = to?.purpose ?? ('reauthenticate' as const);
    const phoneNumber = to?.e164 ?? null;
    const callerWrites = [requireSessionWrite(principal)];

    const begin = (): RequestedVerification => {
      const expiresAtEpochSeconds = nowSeconds + SMS_CODE_SECONDS;
      const verification = { verificationId, purpose, accountId, epoch, phoneNumber, expiresAtEpochSeconds };
      // A session has one at a time: another number, another purpose or another epoch takes its place.
      const isReplaceable = when.or(
        when.isNew,
        isOver(nowSeconds),
        when.isNot('purpose', purpose),
        when.isNot('epoch', epoch),
        when.isNot('phoneNumber', phoneNumber),
      );
      const country = to?.country ?? null;
      return {
        verificationId,
        expiresAtEpochSeconds,
        callerWrites,
        writes: [
          ...callerWrites,
          createVerificationWrite({ ...verification, country, deviceName: null }, isReplaceable),
        ],
        otherwise: ([ended, begun]) => (ended || !begun?.current ? null : goOn(begun.current)),
      };
    };
    const goOn = (current: Record<string, unknown>): RequestedVerification => ({
      verificationId,
      expiresAtEpochSeconds: verificationRow.parse(current).expiresAtEpochSeconds,
      callerWrites,
      writes: [
        ...callerWrites,
        verificationRow.checkWrite(
          verificationRow.key(verificationId),
          when.and(
            openVerification(principal, nowSeconds),
            when.is('purpose', purpose),
            when.is('phoneNumber', phoneNumber),
          ),
        ),
      ],
      otherwise: ([ended]) => (ended ? null : begin()),
    });
    return begin();
  };

  const ofNumber = (sourceIp: string, to: PhoneNumber): RequestedVerification => {
    const nowSeconds = clock.nowSeconds();
    // By the number alone, strangers at other addresses would share the tries of a code with its owner.
    const series = pendingBySource.seriesOf(sourceIp, to.e164);

    /** @param replaced what the series had last; `null` where there is none, or none that lives */
    const begin = (replaced: string | null): RequestedVerification => {
      const verificationId = randomness.uuid();
      const expiresAtEpochSeconds = nowSeconds + SMS_CODE_SECONDS;
      const verification = createVerificationWrite({
        verificationId,
        purpose: 'phone',
        accountId: null,
        epoch: null,
        series,
        phoneNumber: to.e164,
        country: to.country,
        deviceName: null,
        expiresAtEpochSeconds,
      });
      const pending = { sourceIp, series, verificationId, expiresAtEpochSeconds, replaced };
      return {
        verificationId,
        expiresAtEpochSeconds,
        callerWrites: [],
        writes: [verification, ...pendingBySource.noteWrites(pending)],
        otherwise: (refusals) => goOn(pendingBySource.newestOf(refusals.at(-1)?.current ?? null)),
      };
    };
    const goOn = (newest: ReturnType<PendingBySource['newestOf']>): RequestedVerification => {
      if (!newest) return begin(null); // it was used up at the same moment
      const { verificationId, expiresAtEpochSeconds } = newest;
      return {
        verificationId,
        expiresAtEpochSeconds,
        callerWrites: [],
        writes: [
          verificationRow.checkWrite(
            verificationRow.key(verificationId),
            when.and(
              when.is('series', series),
              when.is('purpose', 'phone'),
              when.below('tries', TRIES_PER_CHALLENGE),
              when.lives(nowSeconds),
            ),
          ),
        ],
        otherwise: () => begin(verificationId),
      };
    };
    return begin(null);
  };

  return {
    ofChallenge: (challenge) => {
      const writes = requireChallengeWrites(challenge, clock.nowSeconds());
      return { ...challenge, callerWrites: writes, writes, otherwise: () => null };
    },
    ofSession,
    ofNumber,
  };
};

export const provideRequestedVerifications = (scope: Scope & Ports): RequestedVerifications =>
  makeRequestedVerifications({ ...scope, pendingBySource: scope.use(makePendingBySource) });
