import type { Keyring } from '../../shared/keyring/keyring.ts';
import { makeSignJwt } from '../../shared/keyring/sign-jwt.ts';
import { tokenAuthority } from '../../shared/keyring/token-authority.ts';
import type { TokenAuthority } from '../../shared/keyring/token-kinds.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';

const LIFETIME_SECONDS = 600;

/**
 * Signs that the caller could read a number's SMS just now, for an app's own server, which verifies it with the
 * published keys.
 */
export interface PhoneProofs {
  /** @param phoneNumber E.164 @returns a JWT, good for 10 minutes */
  sign(phoneNumber: string): string;
}

/** Makes the signer. */
const makePhoneProofs = (parts: {
  keyring: Keyring;
  authority: TokenAuthority;
  clock: Clock;
  randomness: Randomness;
}): PhoneProofs => {
  const signJwt = makeSignJwt({ ...parts, kind: 'phone-proof' });
  return {
    sign: (phoneNumber) =>
      signJwt({
        claims: { phone_number: phoneNumber, phone_number_verified: true },
        lifetimeSeconds: LIFETIME_SECONDS,
      }),
  };
};

export const providePhoneProofs = (scope: Scope<'audience' | 'publicUrl'> & Pick<Ports, 'keyring'>): PhoneProofs =>
  makePhoneProofs({ ...scope, authority: tokenAuthority(scope.settings) });
