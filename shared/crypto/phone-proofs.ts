import { importJWK, SignJWT } from 'jose';
import type { Clock, Randomness } from '../domain/clock.ts';
import type { TokenAuthority } from './access-tokens.ts';
import type { Keyring } from './keyring.ts';

/** Of a type of its own, so that nothing takes it for an access token (RFC 8725 §3.11). */
const TYPE = 'phone-proof+jwt';
const ALGORITHM = 'RS256';
const LIFETIME_SECONDS = 600;

/** Signs that somebody could read a number's SMS a moment ago, for an app's own server to verify with the published keys. */
export interface PhoneProofs {
  /** @param phoneNumber E.164 @returns a JWT, good for 10 minutes */
  sign(phoneNumber: string): Promise<string>;
}

/** Makes the signer. */
export const makePhoneProofs = ({
  keyring,
  authority: { issuer, audience },
  clock,
  randomness,
}: {
  keyring: Keyring;
  authority: TokenAuthority;
  clock: Clock;
  randomness: Randomness;
}): PhoneProofs => ({
  sign: async (phoneNumber) => {
    const nowSeconds = clock.nowSeconds();
    const { kid, privateKey } = keyring.signingKey(nowSeconds);
    return new SignJWT({ phone_number: phoneNumber, phone_number_verified: true })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(randomness.uuid())
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + LIFETIME_SECONDS)
      .sign(await importJWK({ ...privateKey, kty: 'RSA' }, ALGORITHM));
  },
});
