import { CHALLENGE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { ChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import type { SignInCandidate } from '../../shared/two-factor/credentials.ts';
import { availableFactors, overviewOf, phoneHint } from '../../shared/two-factor/second-factors.ts';

/** The challenge of a sign-in whose password was right: its row, and the answer, which may name the factors that are still wanted. */
export const newChallenge = ({
  candidate: { account, factors },
  verificationId,
  deviceName,
  nowSeconds,
  challengeTokens,
}: {
  candidate: SignInCandidate;
  verificationId: string;
  deviceName: string | null;
  nowSeconds: number;
  challengeTokens: Pick<ChallengeTokens, 'write'>;
}) => {
  const { accountId, epoch } = account;
  const overview = overviewOf(factors);
  const available = availableFactors(overview);
  const named = { verificationId, accountId, epoch, expiresAtEpochSeconds: nowSeconds + CHALLENGE_SECONDS };
  return {
    verification: {
      ...named,
      purpose: 'sign-in' as const,
      phoneNumber: null, // codes go to the account's own number, whichever it is by then
      country: null,
      deviceName,
    },
    answer: {
      second_factor_required: true as const,
      challenge_token: challengeTokens.write({ ...named, factors: available }),
      expires_in: CHALLENGE_SECONDS,
      factors: available,
      ...(overview.smsNumber !== null && { phone_hint: phoneHint(overview.smsNumber) }),
    },
  };
};
