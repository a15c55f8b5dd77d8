import type { Account } from '../../shared/account/accounts.ts';
import type { ChallengeFactor } from '../../shared/contract/factor-names.ts';
import { CHALLENGE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { type ChallengeTokens, makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';

/** What a sign-in whose password was right still wants. */
interface Wanted {
  account: Pick<Account, 'accountId' | 'epoch'>;
  factors: readonly ChallengeFactor[];
  deviceName: string | null;
  /** Of the known device that the password came from; `null` for another. */
  deviceId: string | null;
}

/** Makes the row and the answer of a challenge that begins now. */
const makeNewChallenge =
  ({
    challengeTokens,
    clock,
    randomness,
  }: {
    challengeTokens: Pick<ChallengeTokens, 'write'>;
    clock: Clock;
    randomness: Randomness;
  }) =>
  ({ account: { accountId, epoch }, factors, deviceName, deviceId }: Wanted) => {
    const expiresAtEpochSeconds = clock.nowSeconds() + CHALLENGE_SECONDS;
    const named = { verificationId: randomness.uuid(), accountId, epoch, expiresAtEpochSeconds };
    return {
      verification: {
        ...named,
        purpose: 'sign-in' as const,
        phoneNumber: null, // codes go to the account's own number or address, whichever it is by then
        country: null,
        deviceName,
        ...(deviceId !== null && { deviceId }),
      },
      answer: {
        second_factor_required: true as const,
        challenge_token: challengeTokens.write({ ...named, factors: [...factors] }),
        expires_in: CHALLENGE_SECONDS,
        factors: [...factors],
      },
    };
  };

export type NewChallenge = ReturnType<typeof makeNewChallenge>;

export const provideNewChallenge = (scope: Scope & Pick<Ports, 'keyring'>): NewChallenge =>
  makeNewChallenge({ ...scope, challengeTokens: scope.use(makeChallengeTokens) });
