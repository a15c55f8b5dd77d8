import { importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock, Randomness } from '../domain/clock.ts';
import type { Principal } from '../domain/session.ts';
import type { Keyring } from './keyring.ts';
import { KeyringOutdated } from './keyring-outdated.ts';

/** The only algorithm, whatever a token's header says: the one family that API Gateway's own JWT authorizer takes. */
const ALGORITHM = 'RS256';

/** RFC 9068 §2.1: a token of another type is not an access token. */
const TYPE = 'at+jwt';

/** Who a token is issued by and for. */
export interface TokenAuthority {
  issuer: string;
  audience: string;
}

type VerificationKey = Awaited<ReturnType<typeof importJWK>>;

const asPrincipal = ({ sub, sid, epoch, auth_time: authTime, amr }: JWTPayload): Principal | null =>
  typeof sub === 'string' &&
  typeof sid === 'string' &&
  typeof epoch === 'number' &&
  typeof authTime === 'number' &&
  Array.isArray(amr)
    ? { accountId: sub, sessionId: sid, epoch, authTimeEpochSeconds: authTime, methods: amr.map(String) }
    : null;

/** Signs access tokens. */
export interface AccessTokenSigner {
  /**
   * @param notAfterEpochSeconds when the session ends whatever happens; no token of it lives longer
   * @returns a JWT in the profile of RFC 9068
   */
  sign(principal: Principal, notAfterEpochSeconds?: number): Promise<string>;
}

/** Makes the signer. @param lifetimeSeconds 60…900 */
export const makeAccessTokenSigner = ({
  keyring,
  authority,
  lifetimeSeconds,
  clock,
  randomness,
}: {
  keyring: Keyring;
  authority: TokenAuthority;
  lifetimeSeconds: number;
  clock: Clock;
  randomness: Randomness;
}): AccessTokenSigner => {
  const imported = new Map<string, Promise<VerificationKey>>();

  return {
    sign: async (principal, notAfterEpochSeconds = Number.POSITIVE_INFINITY) => {
      const nowSeconds = clock.nowSeconds();
      const { kid, privateKey } = keyring.signingKey(nowSeconds);
      const key = imported.get(kid) ?? Promise.resolve(importJWK({ ...privateKey, kty: 'RSA' }, ALGORITHM));
      imported.set(kid, key);
      return new SignJWT({
        sid: principal.sessionId,
        epoch: principal.epoch,
        auth_time: principal.authTimeEpochSeconds,
        amr: [...principal.methods],
        client_id: authority.audience,
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setIssuer(authority.issuer)
        .setAudience(authority.audience)
        .setSubject(principal.accountId)
        .setJti(randomness.uuid())
        .setIssuedAt(nowSeconds)
        .setExpirationTime(Math.min(nowSeconds + lifetimeSeconds, notAfterEpochSeconds))
        .sign(await key);
    },
  };
};

/** Verifies access tokens; whether the session still is the account's is for the flow's own read to say. */
export interface AccessTokenVerifier {
  /**
   * @returns who the token names, or `null` for anything that isn't a living access token of ours
   * @throws KeyringOutdated for a key that this process doesn't know while it can't learn of new ones
   */
  verify(token: string): Promise<Principal | null>;
}

/** Makes the verifier. Keys come from the keyring alone: no header of a token can bring or fetch one. @see RFC 8725 §3 */
export const makeAccessTokenVerifier = ({
  keyring,
  authority,
  clock,
}: {
  keyring: Keyring;
  authority: TokenAuthority;
  clock: Clock;
}): AccessTokenVerifier => {
  const imported = new Map<string, VerificationKey>();

  const keyOf = async (kid: string | undefined): Promise<VerificationKey> => {
    const publicKey = kid === undefined ? null : await keyring.publicKey(kid);
    if (!publicKey) throw new Error('no key of ours'); // or not any more: the keyring is asked every time
    const known = imported.get(publicKey.kid);
    if (known) return known;
    const key = await importJWK(publicKey, ALGORITHM);
    imported.set(publicKey.kid, key);
    return key;
  };

  return {
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, ({ kid }) => keyOf(kid), {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: authority.issuer,
          audience: authority.audience,
          requiredClaims: ['exp', 'iat', 'jti'],
          currentDate: new Date(clock.nowMs()),
        });
        return asPrincipal(payload);
      } catch (error) {
        if (error instanceof KeyringOutdated) throw error; // a good token may be all that is wrong with it
        return null; // whatever is wrong with a token, the answer is the same
      }
    },
  };
};
