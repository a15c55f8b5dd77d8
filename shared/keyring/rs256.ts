import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** RSASSA-PKCS1-v1_5 with SHA-256: the padding is the default of `node:crypto` for RSA keys. @see RFC 7518 §3.3 */
const DIGEST = 'sha256';

/** The public half of an RSA key. @see RFC 7518 §6.3.1 */
interface PublicJwk {
  n: string;
  e: string;
}

/** With the primes, without which a signature takes three times as long. @see RFC 7518 §6.3.2 */
interface PrivateJwk extends PublicJwk {
  d: string;
  p: string;
  q: string;
  dp: string;
  dq: string;
  qi: string;
}

/**
 * Imports each key once: an import costs as much as some verifications. A key is known by its modulus and exponent, so that where the
 * keyring comes to have another key under the same id, the old one is not used. Nothing is dropped: a keyring gets a key in months.
 */
const importOnce = <Jwk extends PublicJwk>(create: (jwk: Jwk) => KeyObject): ((jwk: Jwk) => KeyObject) => {
  const imported = new Map<string, KeyObject>();
  return (jwk) => {
    const material = `${jwk.n}.${jwk.e}`;
    const known = imported.get(material);
    if (known) return known;
    const key = create(jwk);
    imported.set(material, key);
    return key;
  };
};

/** Makes the private keys of one signer, each once. */
export const makePrivateKeys = (): ((jwk: PrivateJwk) => KeyObject) =>
  importOnce((jwk) => createPrivateKey({ key: { ...jwk, kty: 'RSA' }, format: 'jwk' }));

/** Makes the public keys of one verifier, each once. */
export const makePublicKeys = (): ((jwk: PublicJwk) => KeyObject) =>
  importOnce(({ n, e }) => createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' }));

/**
 * Signs at once, without the thread pool: a function has one request at a time, and the way there and back costs a tenth of the signature
 * (docs/adr/0045).
 *
 * @returns the signature, base64url
 */
export const signRs256 = (input: string, key: KeyObject): string =>
  sign(DIGEST, Buffer.from(input), key).toString('base64url');

/**
 * Verifies a signature.
 *
 * @param signature base64url; another spelling of the same bytes is refused, because it would make another token of the same meaning
 * (RFC 7515 §2, RFC 4648 §3.5)
 */
export const verifyRs256 = (input: string, signature: string, key: KeyObject): boolean => {
  const bytes = Buffer.from(signature, 'base64url');
  return bytes.toString('base64url') === signature && verify(DIGEST, Buffer.from(input), key, bytes);
};
