import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import * as z from 'zod/mini';
import { neededSigningKeys } from './needed-signing-keys.ts';

/** What a derived key is for. Keys of different purposes have nothing in common but the root they come from. */
export type KeyPurpose =
  | 'limit-key'
  | 'refresh-rotation'
  | 'refresh-seal'
  | 'challenge-seal'
  | 'verification-seal'
  | 'totp-secret'
  | 'recovery-code'
  | 'sms-code';

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
    .array(
      z.object({
        version: z.int().check(z.minimum(1), z.maximum(255)),
        secret: rootSecret,
        /** Published before it is used, so that every running function knows it by then; at once where it is left out. */
        activeFromEpochSeconds: z.optional(z.int()),
      }),
    )
    .check(z.minLength(1)),
  signingKeys: z
    .array(z.object({ kid: z.string(), activeFromEpochSeconds: z.int(), privateKey: privateJwk }))
    .check(z.minLength(1)),
});

export type KeyringDocument = z.infer<typeof keyringDocument>;

/** A key that access tokens are signed with. */
interface SigningKey {
  kid: string;
  privateKey: JsonWebKey;
}

/** A public key as the JWKS names it. @see RFC 7517 */
interface PublicKey {
  kid: string;
  kty: 'RSA';
  n: string;
  e: string;
  alg: 'RS256';
  use: 'sig';
}

/**
 * What counts and finds, rather than proves: always under the oldest root, which is never dropped. Under the current one every
 * limit would begin anew, every wait end and every pending look-up miss when a root comes into use, and two processes that
 * know different newest roots would count apart (docs/adr/0012).
 */
const UNDER_OLDEST_ROOT: ReadonlySet<KeyPurpose> = new Set<KeyPurpose>(['limit-key']);

/** The keys that a function works with. */
export interface Keyring {
  /** The version that new things are made with. */
  currentVersion(): number;
  /** The highest version there is, in use or not yet. */
  newestVersion(): number;
  /**
   * Reads the stored keyring again where a version is younger than the keys at hand; a version that is unknown afterwards doesn't
   * exist. Call it before `hmacOfVersion` and `decrypt` of anything that is read. Clients can invent versions, so the keyring is
   * read once a minute at most, and a request waits two seconds at most.
   * @throws KeyringOutdated where it could not be read
   */
  refreshFor(version: number): Promise<void>;
  /** For how many seconds a younger version has been in use; `-Infinity` for the current one and for those to come. */
  supersededForSeconds(version: number): number;
  /** HMAC-SHA-256 under the purpose's key of the current version, for `limit-key` of the oldest one: 32 bytes. */
  hmac(purpose: KeyPurpose, data: string | Buffer): Buffer;
  /** The same under another version's key; `null` where that version is not known. */
  hmacOfVersion(version: number, purpose: KeyPurpose, data: string | Buffer): Buffer | null;
  /**
   * Encrypts with AES-256-GCM under the purpose's key of the current version.
   * @param boundTo what the text belongs to, so that it can't be moved to another place (associated data)
   * @param iv 12 bytes that were never used before
   */
  encrypt(purpose: KeyPurpose, plain: Buffer, boundTo: string, iv: Buffer): string;
  /** @returns `null` for what we didn't encrypt, for another place, or under a version that is not known */
  decrypt(purpose: KeyPurpose, encrypted: string, boundTo: string): Buffer | null;
  /** The newest signing key that verifiers have had time to learn of. */
  signingKey(nowSeconds: number): SigningKey;
  /** Every key that a living token may be signed with, and the next one. */
  publicKeys(): PublicKey[];
  /**
   * One of them; for an unknown name the stored keyring is read again as {@link Keyring.refreshFor} does.
   * @returns `null` for the name of none
   * @throws KeyringOutdated where it could not be read
   */
  publicKey(kid: string): Promise<PublicKey | null>;
}

const DERIVED_KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;

/** The version of the root under which a text was encrypted; `NaN` for what we didn't encrypt. */
export const versionOfEncrypted = (encrypted: string): number => Number(encrypted.split('.')[0] || 'none');

/**
 * Makes the keyring of a document.
 *
 * @param clockSeconds the clock by which a root becomes the current one and a signing key has had its day; without it the newest root
 * is the current one, and every signing key there is counts
 * @throws ZodError where the document isn't one; its message holds no key
 */
export const makeKeyring = (document: unknown, clockSeconds?: () => number): Keyring => {
  const { roots, signingKeys } = keyringDocument.parse(document);
  const highest = (candidates: typeof roots): number => Math.max(...candidates.map(({ version }) => version));
  const current = (): number => {
    const nowSeconds = clockSeconds?.() ?? Number.POSITIVE_INFINITY;
    const active = roots.filter(({ activeFromEpochSeconds = 0 }) => activeFromEpochSeconds <= nowSeconds);
    return highest(active.length > 0 ? active : roots);
  };
  const oldest = Math.min(...roots.map(({ version }) => version));
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

  const publicKeys = (): PublicKey[] =>
    (clockSeconds ? neededSigningKeys(signingKeys, clockSeconds()) : signingKeys).map(
      ({ kid, privateKey: { n, e } }) => ({ kid, kty: 'RSA', n, e, alg: 'RS256', use: 'sig' }),
    );

  const hmacOfVersion: Keyring['hmacOfVersion'] = (version, purpose, data) => {
    const key = keyFor(purpose, version);
    return key && createHmac('sha256', key).update(data).digest();
  };

  const cipherKey = (purpose: KeyPurpose, version: number): KeyObject => {
    const key = keyFor(purpose, version);
    if (!key) throw new Error('the keyring lost its current version');
    return key;
  };

  return {
    currentVersion: current,
    newestVersion: () => highest(roots),
    refreshFor: async () => undefined, // there is no more than this document
    supersededForSeconds: (version) => {
      const nowSeconds = clockSeconds?.() ?? Number.POSITIVE_INFINITY;
      const younger = roots.filter((root) => root.version > version);
      const ages = younger.map(({ activeFromEpochSeconds = 0 }) => nowSeconds - activeFromEpochSeconds);
      return Math.max(Number.NEGATIVE_INFINITY, ...ages.filter((ageSeconds) => ageSeconds >= 0));
    },
    hmacOfVersion,
    encrypt: (purpose, plain, boundTo, iv) => {
      const version = current();
      const cipher = createCipheriv(CIPHER, cipherKey(purpose, version), iv);
      cipher.setAAD(Buffer.from(boundTo));
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return [String(version), ...[iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
    },
    decrypt: (purpose, encrypted, boundTo) => {
      const [iv, text, tag] = encrypted
        .split('.')
        .slice(1)
        .map((part) => Buffer.from(part, 'base64url'));
      const key = keyFor(purpose, versionOfEncrypted(encrypted));
      if (!key || !iv || !text || tag?.length !== TAG_BYTES) return null;
      try {
        const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(boundTo)).setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]);
      } catch {
        return null;
      }
    },
    hmac: (purpose, data) => {
      const mac = hmacOfVersion(UNDER_OLDEST_ROOT.has(purpose) ? oldest : current(), purpose, data);
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
    publicKeys,
    publicKey: async (kid) => publicKeys().find((key) => key.kid === kid) ?? null,
  };
};
