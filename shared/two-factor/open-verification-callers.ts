import type { Principal } from '../account/principal.ts';
import { problem } from '../contract/problems.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Runtime } from '../lambda/runtime.ts';
import { openAccessTokens } from '../session/open-access-tokens.ts';
import { type ChallengeToken, makeChallengeTokens } from './challenge-tokens.ts';
import type { Verification } from './verifications.ts';

/** Who calls a flow that takes challenge tokens and access tokens alike. */
export type TokenCaller =
  | { kind: 'challenge'; challenge: ChallengeToken }
  | { kind: 'session'; principal: Principal }
  | { kind: 'anyone' };

/** For a challenge whose row is gone: its time is up. */
const OVER = { epoch: 0, expiresAtEpochSeconds: 0 };

/**
 * Makes what tells callers apart by their bearer token.
 *
 * @param findVerification asked only for a challenge of release 0.1.0, whose token says neither epoch nor end
 * @throws problem unauthenticated for a token that is neither: it must not pass for none
 */
export const openVerificationCallers = (
  runtime: Runtime,
  keyring: Keyring,
  findVerification: (verificationId: string) => Promise<Verification | null>,
) => {
  const challengeTokens = makeChallengeTokens({ keyring });
  const accessTokens = openAccessTokens(runtime, keyring);

  const readOlder = async (bearer: string): Promise<ChallengeToken | null> => {
    const older = await challengeTokens.readOlder(bearer);
    if (!older) return null;
    const { epoch, expiresAtEpochSeconds } = (await findVerification(older.verificationId)) ?? OVER;
    return { ...older, epoch: epoch ?? OVER.epoch, expiresAtEpochSeconds };
  };

  return async (bearer: string | null): Promise<TokenCaller> => {
    if (bearer === null) return { kind: 'anyone' };
    const challenge = (await challengeTokens.read(bearer)) ?? (await readOlder(bearer));
    if (challenge) return { kind: 'challenge', challenge };
    const principal = await accessTokens.verify(bearer);
    if (!principal) throw problem('unauthenticated');
    return { kind: 'session', principal };
  };
};
