import { importJWK, type JWTPayload, SignJWT } from 'jose';
import type { Clock, Randomness } from '../primitives/clock.ts';
import type { Keyring } from './keyring.ts';
import { audienceOf, JWT_KINDS, type JwtKindName, type TokenAuthority } from './token-kinds.ts';

/** The only algorithm; a token's header can't choose another (RFC 8725 §3.1). API Gateway's JWT authorizer requires RSA. */
export const JWT_ALGORITHM = 'RS256';

/**
 * How far before the present a token says that it was issued. Verifiers whose clock is a little behind refuse an `iat` that is ahead of it,
 * many without leeway: PyJWT, joserfc, java-jwt, API Gateway (docs/adr/0004). Its end does not move.
 */
const ISSUED_BEFORE_SECONDS = 1;

/** Claims of one token, beside those of its kind, and its lifetime. */
interface JwtContent {
  claims: JWTPayload;
  lifetimeSeconds: number;
  /** Upper bound for `exp`; seconds since the Unix epoch. */
  notAfterEpochSeconds?: number | undefined;
}

/** @returns a JWT of one kind */
export type SignJwt = (content: JwtContent) => Promise<string>;

/** Makes the signer of one kind of JWT. All JWTs are signed here, so that each has a kind. */
export const makeSignJwt = ({
  kind,
  keyring,
  authority,
  clock,
  randomness,
}: {
  kind: JwtKindName;
  keyring: Pick<Keyring, 'signingKey'>;
  authority: TokenAuthority;
  clock: Clock;
  randomness: Randomness;
}): SignJwt => {
  const { typ } = JWT_KINDS[kind];
  const audience = audienceOf(kind, authority);
  const imported = new Map<string, ReturnType<typeof importJWK>>();

  return async ({ claims, lifetimeSeconds, notAfterEpochSeconds = Number.POSITIVE_INFINITY }) => {
    const nowSeconds = clock.nowSeconds();
    const { kid, privateKey } = keyring.signingKey(nowSeconds);
    const key = imported.get(kid) ?? importJWK({ ...privateKey, kty: 'RSA' }, JWT_ALGORITHM);
    imported.set(kid, key);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: JWT_ALGORITHM, typ, kid })
      .setIssuer(authority.issuer)
      .setAudience(audience)
      .setJti(randomness.uuid())
      .setIssuedAt(nowSeconds - ISSUED_BEFORE_SECONDS)
      .setExpirationTime(Math.min(nowSeconds + lifetimeSeconds, notAfterEpochSeconds))
      .sign(await key);
  };
};
