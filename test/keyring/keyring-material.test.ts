import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeKeyringMaterial } from '../../shared/keyring/keyring-material.ts';
import { csprng } from '../../shared/primitives/randomness.ts';

describe('keyring-material', () => {
  /** @asvs 11.2.3 */
  it('draws a root of 256 bits from the randomness that it is handed', () => {
    const bytes = csprng.bytes(32);

    const secret = makeKeyringMaterial({ randomness: { ...csprng, bytes: () => bytes } }).rootSecret();

    expect(secret).toBe(bytes.toString('base64url'));
    expect(secret).toHaveLength(43);
  });

  /** @asvs 11.2.3, 11.6.1 */
  it('makes RSA keys of 3072 bits, each with a name and primes of its own', async () => {
    const material = makeKeyringMaterial({ randomness: csprng });

    const [one, other] = await Promise.all([material.signingKey(), material.signingKey()]);

    const details = createPrivateKey({ key: one.privateKey, format: 'jwk' }).asymmetricKeyDetails;
    expect(details).toEqual({ modulusLength: 3072, publicExponent: 65537n });
    expect(one.kid).toMatch(/^[\w-]{11}$/);
    expect([one.kid, one.privateKey.n]).not.toEqual([other.kid, other.privateKey.n]);
  });
});
