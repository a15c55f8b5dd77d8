import { createHmac, createSecretKey, hkdfSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';

/** What a derived key is for. Keys of different purposes have nothing in common but the root they come from. */
export type KeyPurpose = 'limit-key' | 'log-identifier' | 'refresh-rotation' | 'refresh-seal';

const privateJwk = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

/** 256 random bits or more, base64url: a shorter root would be the weakest point of everything that is derived from it. */
const rootSecret = z.string().check(z.regex(/^[\w-]{43,}$/));

/** The keyring as it is stored: one secret, versioned, every older version kept until nothing needs it. */
export const keyringDocument = z.object({
  roots: z
    .array(z.object({ version: z.int().check(z.minimum(1), z.maximum(255)), secret: rootSecret }))
    .check(z.minLength(1)),
  signingKeys: z
    .array(z.object({ kid: z.string(), activeFromEpochSeconds: z.int(), privateKey: privateJwk }))
    .check(z.minLength(1)),
});

export type KeyringDocument = z.infer<typeof keyringDocument>;

/** A key that access tokens are signed with. */
export interface SigningKey {
  kid: string;
  privateKey: JsonWebKey;
}

/** A public key as the JWKS names it. @see RFC 7517 */
export interface PublicKey {
  kid: string;
  kty: 'RSA';
  n: string;
  e: string;
  alg: 'RS256';
  use: 'sig';
}

/** The keys that a function works with. */
export interface Keyring {
  /** The version that new things are made with. */
  currentVersion(): number;
  /** HMAC-SHA-256 under the purpose's key of the current version: 32 bytes. */
  hmac(purpose: KeyPurpose, data: string | Buffer): Buffer;
  /** The same under an older version's key; `null` where that version is not known (any more). */
  hmacOfVersion(version: number, purpose: KeyPurpose, data: string | Buffer): Buffer | null;
  /** The newest signing key that verifiers have had time to learn of. */
  signingKey(nowSeconds: number): SigningKey;
  /** Every key that a living token may be signed with, and the next one. */
  publicKeys(): PublicKey[];
}

const DERIVED_KEY_BYTES = 32;

/** Makes the keyring of a document. @throws ZodError where the document isn't one; its message holds no key */
export const makeKeyring = (document: unknown): Keyring => {
  const { roots, signingKeys } = keyringDocument.parse(document);
  const current = roots.reduce((a, b) => (b.version > a.version ? b : a)).version;
  const secrets = new Map(roots.map(({ version, secret }) => [version, Buffer.from(secret, 'base64url')]));
  const derived = new Map<string, KeyObject>();

  /** HKDF-SHA-256 (RFC 5869): a key for one purpose says nothing about the root or another purpose's. */
  const keyFor = (purpose: KeyPurpose, version: number): KeyObject | null => {
    const id = `${version}/${purpose}`;
    const known = derived.get(id);
    if (known) return known;
    const root = secrets.get(version);
    if (!root) return null;
    // A key object is read in once; bytes would be with every HMAC, at five times the cost of the HMAC itself.
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', root, '', `keyturn/${purpose}`, DERIVED_KEY_BYTES)));
    derived.set(id, key);
    return key;
  };

  const hmacOfVersion: Keyring['hmacOfVersion'] = (version, purpose, data) => {
    const key = keyFor(purpose, version);
    return key && createHmac('sha256', key).update(data).digest();
  };

  return {
    currentVersion: () => current,
    hmacOfVersion,
    hmac: (purpose, data) => {
      const mac = hmacOfVersion(current, purpose, data);
      if (!mac) throw new Error('the keyring lost its current version');
      return mac;
    },
    signingKey: (nowSeconds) => {
      const active = signingKeys.filter((key) => key.activeFromEpochSeconds <= nowSeconds);
      const newest = (active.length > 0 ? active : signingKeys).reduce((a, b) =>
        b.activeFromEpochSeconds > a.activeFromEpochSeconds ? b : a,
      );
      return { kid: newest.kid, privateKey: newest.privateKey };
    },
    publicKeys: () =>
      signingKeys.map(({ kid, privateKey: { n, e } }) => ({ kid, kty: 'RSA', n, e, alg: 'RS256', use: 'sig' })),
  };
};
