import { type ChallengeToken, makeChallengeTokens } from '../crypto/challenge-tokens.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Principal } from '../domain/session.ts';
import { problem } from '../http/problems.ts';
import { openAccessTokens } from './open-access-tokens.ts';
import type { Runtime } from './runtime.ts';

/** Who calls a flow that takes challenge tokens and access tokens alike. */
export type TokenCaller =
  | { kind: 'challenge'; challenge: ChallengeToken }
  | { kind: 'session'; principal: Principal }
  | { kind: 'anyone' };

/**
 * Makes what tells callers apart by their bearer token.
 *
 * @throws problem unauthenticated for a token that is neither: it must not pass for none
 */
export const openVerificationCallers = (runtime: Runtime, keyring: Keyring) => {
  const challengeTokens = makeChallengeTokens({ keyring });
  const accessTokens = openAccessTokens(runtime, keyring);

  return async (bearer: string | null): Promise<TokenCaller> => {
    if (bearer === null) return { kind: 'anyone' };
    const challenge = await challengeTokens.read(bearer);
    if (challenge) return { kind: 'challenge', challenge };
    const principal = await accessTokens.verify(bearer);
    if (!principal) throw problem('unauthenticated');
    return { kind: 'session', principal };
  };
};
