import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Randomness } from '../primitives/clock.ts';
import type { KeyringDocument } from './keyring.ts';

/** RSA 3072 is good beyond 2030 (NIST SP 800-57 part 1, table 2). */
const MODULUS_BITS = 3072;
const ROOT_BYTES = 32;
const KID_BYTES = 8;

type SigningKeyEntry = KeyringDocument['signingKeys'][number];

/** What new keyrings are made of. */
export interface KeyringMaterial {
  /** 256 random bits, base64url. */
  rootSecret(): string;
  /** A new RSA key and a name for it. */
  signingKey(): Promise<Pick<SigningKeyEntry, 'kid' | 'privateKey'>>;
}

/** Makes fresh material. The primes of an RSA key come from the same CSPRNG of the system, but OpenSSL lets nobody hand it in. */
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
