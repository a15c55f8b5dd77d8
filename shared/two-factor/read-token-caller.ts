import type { Principal } from '../account/principal.ts';
import { problem } from '../contract/problems.ts';
import type { Ports, Provider, Scope } from '../lambda/scope.ts';
import { type AccessTokenVerifier, provideAccessTokens } from '../session/access-tokens.ts';
import { makeStepUps } from '../session/step-ups.ts';
import { type ChallengeToken, type ChallengeTokens, makeChallengeTokens } from './challenge-tokens.ts';
import type { Verification } from './verifications.ts';

/** Who calls a flow that takes challenge tokens and access tokens alike. */
export type TokenCaller =
  | { kind: 'challenge'; challenge: ChallengeToken }
  | { kind: 'session'; principal: Principal }
  | { kind: 'anyone' };

/** For a challenge whose row is gone: its time is up. */
const OVER = { epoch: 0, expiresAtEpochSeconds: 0 };

/**
 * Tells by the bearer token who calls; `null` is no token.
 *
 * @param prove has a signed-in caller show the proof that the request came with
 * @throws problem unauthenticated for a token that is neither kind, and what `prove` throws
 */
export type ReadTokenCaller = (
  bearer: string | null,
  prove: (principal: Principal) => Promise<Principal>,
) => Promise<TokenCaller>;

export interface ReadTokenCallerDeps {
  challengeTokens: Pick<ChallengeTokens, 'read' | 'readOlder'>;
  accessTokens: AccessTokenVerifier;
  /** Asked only for a challenge of release 0.1.0, whose token says neither epoch nor end. */
  findVerification: (verificationId: string) => Promise<Verification | null>;
}

/** Makes what tells callers apart by their bearer token: one that is neither kind must not pass for none. */
const makeReadTokenCaller = ({
  challengeTokens,
  accessTokens,
  findVerification,
}: ReadTokenCallerDeps): ReadTokenCaller => {
  const readOlder = async (bearer: string): Promise<ChallengeToken | null> => {
    const older = await challengeTokens.readOlder(bearer);
    if (!older) return null;
    const { epoch, expiresAtEpochSeconds } = (await findVerification(older.verificationId)) ?? OVER;
    return { ...older, epoch: epoch ?? OVER.epoch, expiresAtEpochSeconds };
  };

  return async (bearer, prove) => {
    if (bearer === null) return { kind: 'anyone' };
    const challenge = (await challengeTokens.read(bearer)) ?? (await readOlder(bearer));
    if (challenge) return { kind: 'challenge', challenge };
    const principal = await accessTokens.verify(bearer);
    if (!principal) throw problem('unauthenticated');
    return { kind: 'session', principal: await prove(principal) };
  };
};

const provideReadTokenCaller =
  (provideFind: Provider<Scope & Ports, ReadTokenCallerDeps['findVerification']>) =>
  (scope: Scope<'audience' | 'publicUrl'> & Ports): ReadTokenCaller =>
    makeReadTokenCaller({
      challengeTokens: scope.use(makeChallengeTokens),
      accessTokens: scope.use(provideAccessTokens),
      findVerification: scope.use(provideFind),
    });

/** For a flow that reads the bearer token itself, and may ask a session for a fresh proof. @param provideFind looks a verification up with what the flow is granted */
export const bearerReader = (provideFind: Provider<Scope & Ports, ReadTokenCallerDeps['findVerification']>) => ({
  readCaller: provideReadTokenCaller(provideFind),
  stepUps: makeStepUps,
});
