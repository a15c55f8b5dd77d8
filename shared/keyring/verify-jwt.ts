import type { Clock } from '../primitives/clock.ts';
import { readPart, writeHeader } from './jwt-text.ts';
import type { Keyring } from './keyring.ts';
import { makePublicKeys, verifyRs256 } from './rs256.ts';
import { audienceOf, type JwtKindName, type TokenAuthority } from './token-kinds.ts';

/** Claims of a token whose signature, issuer, audience and times have been verified. */
export type JwtClaims = Readonly<Record<string, unknown>>;

/**
 * @returns the claims; `null` for anything that isn't a living token of this kind from {@link makeSignJwt}
 * @throws KeyringOutdated for an unknown key while the keyring can't be read again
 */
export type VerifyJwt = (token: string) => Promise<JwtClaims | null>;

/** Header, claims and signature. @see RFC 7515 §3.1 */
const PARTS = 3;

/** Optional in a JWT; ours have no `nbf`. @see RFC 7519 §4.1.5 */
const hasBegun = ({ nbf }: JwtClaims, nowSeconds: number): boolean =>
  nbf === undefined || (typeof nbf === 'number' && nbf <= nowSeconds);

/**
 * Makes the verifier of one kind of JWT. It takes what {@link makeSignJwt} writes and nothing else: the whole header has to be the one that
 * belongs to its key and kind, so that no `alg`, `typ`, `crit`, `b64`, `jwk` or `jku` of an attacker is ever interpreted.
 *
 * @see RFC 8725 §3
 */
export const makeVerifyJwt = ({
  kind,
  keyring,
  authority,
  clock,
}: {
  kind: JwtKindName;
  keyring: Pick<Keyring, 'publicKey'>;
  authority: TokenAuthority;
  clock: Clock;
}): VerifyJwt => {
  const audience = audienceOf(kind, authority);
  const publicKeyOf = makePublicKeys();

  return async (token) => {
    const parts = token.split('.');
    if (parts.length !== PARTS) return null;
    const [header, payload, signature] = parts as [string, string, string];
    const kid = readPart(header)?.kid;
    if (typeof kid !== 'string' || writeHeader(kind, kid) !== header) return null;
    // The keyring is asked every time: a key that was withdrawn verifies no more.
    const key = await keyring.publicKey(kid);
    if (!key || !verifyRs256(`${header}.${payload}`, signature, publicKeyOf(key))) return null;

    const claims = readPart(payload);
    const nowSeconds = clock.nowSeconds();
    const isLiving =
      claims?.iss === authority.issuer &&
      claims.aud === audience &&
      typeof claims.jti === 'string' &&
      typeof claims.iat === 'number' &&
      typeof claims.exp === 'number' &&
      claims.exp > nowSeconds &&
      hasBegun(claims, nowSeconds);
    return isLiving ? claims : null;
  };
};
