import type { Clock, Randomness } from '../primitives/clock.ts';
import { writeHeader, writePart } from './jwt-text.ts';
import type { Keyring } from './keyring.ts';
import { makePrivateKeys, signRs256 } from './rs256.ts';
import { audienceOf, type JwtKindName, type TokenAuthority } from './token-kinds.ts';

/**
 * How far before the present a token says that it was issued. Verifiers whose clock is a little behind refuse an `iat` that is ahead of it,
 * many without leeway: PyJWT, joserfc, java-jwt, API Gateway (docs/adr/0004). Its end does not move.
 */
const ISSUED_BEFORE_SECONDS = 1;

/** Claims of one token, beside those of its kind, and its lifetime. */
interface JwtContent {
  claims: Readonly<Record<string, unknown>>;
  lifetimeSeconds: number;
  /** Upper bound for `exp`; seconds since the Unix epoch. */
  notAfterEpochSeconds?: number | undefined;
}

/** @returns a JWT of one kind */
export type SignJwt = (content: JwtContent) => string;

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
  const audience = audienceOf(kind, authority);
  const privateKeyOf = makePrivateKeys();

  return ({ claims, lifetimeSeconds, notAfterEpochSeconds = Number.POSITIVE_INFINITY }) => {
    const nowSeconds = clock.nowSeconds();
    const { kid, privateKey } = keyring.signingKey(nowSeconds);
    const payload = writePart({
      ...claims,
      iss: authority.issuer,
      aud: audience,
      jti: randomness.uuid(),
      iat: nowSeconds - ISSUED_BEFORE_SECONDS,
      exp: Math.min(nowSeconds + lifetimeSeconds, notAfterEpochSeconds),
    });
    const input = `${writeHeader(kind, kid)}.${payload}`;
    return `${input}.${signRs256(input, privateKeyOf(privateKey))}`;
  };
};
