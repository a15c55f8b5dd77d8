import type * as z from 'zod/mini';
import { acrOf, type Principal } from '../account/principal.ts';
import type { accessTokenShape } from '../contract/fields.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { makeSignJwt } from '../keyring/sign-jwt.ts';
import { tokenAuthority } from '../keyring/token-authority.ts';
import type { TokenAuthority } from '../keyring/token-kinds.ts';
import { type JwtClaims, makeVerifyJwt } from '../keyring/verify-jwt.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';

const KIND = 'access-token';

const asPrincipal = ({ sub, sid, epoch, auth_time: authTime, amr }: JwtClaims): Principal | null =>
  typeof sub === 'string' &&
  typeof sid === 'string' &&
  typeof epoch === 'number' &&
  typeof authTime === 'number' &&
  Array.isArray(amr)
    ? { accountId: sub, sessionId: sid, epoch, authTimeEpochSeconds: authTime, methods: amr.map(String) }
    : null;

/** The part of an answer that hands out an access token. @see RFC 6749 §5.1 */
type AccessTokenAnswer = z.infer<z.ZodMiniObject<typeof accessTokenShape>>;

/** Signs access tokens. */
export interface AccessTokenSigner {
  /**
   * @param notAfterEpochSeconds the session's end; no token outlives it
   * @returns a JWT in the profile of RFC 9068
   */
  sign(principal: Principal, notAfterEpochSeconds?: number): string;
  /** Signs one for an answer, which tells how long it is good. @param notAfterEpochSeconds the session's end */
  answer(principal: Principal, notAfterEpochSeconds: number): AccessTokenAnswer;
}

/** Makes the signer. @param lifetimeSeconds 60…900 */
export const makeAccessTokenSigner = ({
  lifetimeSeconds,
  ...parts
}: {
  keyring: Keyring;
  authority: TokenAuthority;
  lifetimeSeconds: number;
  clock: Clock;
  randomness: Randomness;
}): AccessTokenSigner => {
  const signJwt = makeSignJwt({ ...parts, kind: KIND });
  const sign: AccessTokenSigner['sign'] = (principal, notAfterEpochSeconds) =>
    signJwt({
      claims: {
        sub: principal.accountId,
        sid: principal.sessionId,
        epoch: principal.epoch,
        auth_time: principal.authTimeEpochSeconds,
        acr: acrOf(principal.methods),
        amr: [...principal.methods],
        client_id: parts.authority.audience,
      },
      lifetimeSeconds,
      notAfterEpochSeconds,
    });
  return {
    sign,
    answer: (principal, notAfterEpochSeconds) => ({
      token_type: 'Bearer',
      access_token: sign(principal, notAfterEpochSeconds),
      expires_in: Math.min(lifetimeSeconds, notAfterEpochSeconds - parts.clock.nowSeconds()),
    }),
  };
};

/** Verifies access tokens; whether the session still is the account's is for the flow's own read to say. */
export interface AccessTokenVerifier {
  /**
   * @returns who the token names, or `null` for anything that isn't a living access token of ours
   * @throws KeyringOutdated for an unknown key while the keyring can't be read again
   */
  verify(token: string): Promise<Principal | null>;
}

/** Makes the verifier. Keys come from the keyring alone: no header of a token can bring or fetch one. @see RFC 8725 §3 */
export const makeAccessTokenVerifier = (parts: {
  keyring: Keyring;
  authority: TokenAuthority;
  clock: Clock;
}): AccessTokenVerifier => {
  const verifyJwt = makeVerifyJwt({ ...parts, kind: KIND });
  return {
    verify: async (token) => {
      const claims = await verifyJwt(token);
      return claims && asPrincipal(claims);
    },
  };
};

/** For a flow that only a signed-in caller may call. */
export const provideAccessTokens = (
  scope: Scope<'audience' | 'publicUrl'> & Pick<Ports, 'keyring'>,
): AccessTokenVerifier => makeAccessTokenVerifier({ ...scope, authority: tokenAuthority(scope.settings) });

/** For a flow that leaves its caller signed in. */
export const provideAccessTokenSigner = (
  scope: Scope<'audience' | 'publicUrl' | 'sessions'> & Pick<Ports, 'keyring'>,
): AccessTokenSigner =>
  makeAccessTokenSigner({
    ...scope,
    authority: tokenAuthority(scope.settings),
    lifetimeSeconds: scope.settings.sessions.accessTokenSeconds,
  });
