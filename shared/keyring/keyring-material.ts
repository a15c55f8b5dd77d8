import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Randomness } from '../primitives/clock.ts';
import type { KeyringDocument } from './keyring.ts';

/** RSA 3072 has 128 bits of security, acceptable beyond 2030 (NIST SP 800-57 part 1, table 2). */
const MODULUS_BITS = 3072;
const ROOT_BYTES = 32;
const KID_BYTES = 8;

type SigningKeyEntry = KeyringDocument['signingKeys'][number];

/** Source of the secrets in new keyrings. */
export interface KeyringMaterial {
  /** 256 random bits, base64url. */
  rootSecret(): string;
  /** A new RSA key and its key id. */
  signingKey(): Promise<Pick<SigningKeyEntry, 'kid' | 'privateKey'>>;
}

/**
 * Makes fresh material. OpenSSL takes an RSA key's primes from the system's CSPRNG itself; they can't come through
 * `randomness`.
 */
export const makeKeyringMaterial = ({ randomness }: { randomness: Randomness }): KeyringMaterial => ({
  rootSecret: () => randomness.bytes(ROOT_BYTES).toString('base64url'),
  signingKey: async () => {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
    return {
      kid: randomness.bytes(KID_BYTES).toString('base64url'),
      privateKey: privateKey.export({ format: 'jwk' }) as SigningKeyEntry['privateKey'],
    };
  },
});
