import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { neededSigningKeys } from './needed-signing-keys.ts';

/** Purpose of a derived key. Keys of different purposes are independent (HKDF's info; RFC 5869 §3.2). */
export type KeyPurpose =
  | 'limit-key'
  | 'refresh-rotation'
  | 'refresh-issue'
  | 'refresh-seal'
  | 'challenge-seal'
  | 'device-seal'
  | 'history-cursor'
  | 'idempotency-key'
  | 'idempotency-answer'
  | 'verification-seal'
  | 'totp-secret'
  | 'recovery-code'
  | 'sms-code'
  | 'email-code'
  | 'recovery-token'
  | 'sign-in-link'
  | 'sign-up-token'
  | 'email-change-token'
  | 'sms-code-value'
  | 'email-code-value'
  | 'before-image'
  | 'mail-reference'
  | 'email-proof-token'
  | 'factor-reset-token'
  | 'undo-token'
  | 'recovery-veto'
  | 'sign-in-veto'
  | 'deletion-token'
  | 'export-token';

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

/** 256 random bits or more, base64url; every derived key is at most as strong as its root. */
const rootSecret = z.string().check(z.regex(/^[\w-]{43,}$/));

/** The stored keyring: one secret with versioned roots, each kept until no data needs it. */
export const keyringDocument = z.object({
  roots: z
    .array(
      z.object({
        version: z.int().check(z.minimum(1), z.maximum(255)),
        secret: rootSecret,
        /** Published before its use, so that every running function knows it by then; in use at once if left out. */
        activeFromEpochSeconds: z.optional(z.int()),
      }),
    )
    .check(z.minLength(1)),
  signingKeys: z
    .array(z.object({ kid: z.string(), activeFromEpochSeconds: z.int(), privateKey: privateJwk }))
    .check(z.minLength(1)),
});

export type KeyringDocument = z.infer<typeof keyringDocument>;

/** A key that signs JWTs. */
interface SigningKey {
  kid: string;
  privateKey: z.infer<typeof privateJwk>;
}

/** A public key in the JWKS. @see RFC 7517 */
interface PublicKey {
  kid: string;
  kty: 'RSA';
  n: string;
  e: string;
  alg: 'RS256';
  use: 'sig';
}

/**
 * Purposes that only index rows use the oldest root, which is never dropped. Under the current root, a rotation would
 * reset every limit, end every wait and miss every pending look-up and kept answer, and two processes with different newest roots would
 * count separately (docs/adr/0012).
 */
const UNDER_OLDEST_ROOT: ReadonlySet<KeyPurpose> = new Set<KeyPurpose>(['limit-key', 'idempotency-key']);

/** The keys of a function. */
export interface Keyring {
  /** The version that signs and encrypts. */
  currentVersion(): number;
  /** The highest version, in use or not yet. */
  newestVersion(): number;
  /** Seconds since the keyring was stored; `null` where that is not known. */
  ageSeconds(): number | null;
  /**
   * Reads the stored keyring again for a version newer than the known ones; a version that is still unknown afterwards
   * does not exist. Call it before `hmacOfVersion` and `decrypt` of any input. Clients can invent versions, so the
   * keyring is read at most once a minute, and a request waits at most two seconds.
   * @throws KeyringOutdated where it could not be read
   */
  refreshFor(version: number): Promise<void>;
  /** Seconds since a newer version came into use; `-Infinity` for the current one and future ones. */
  supersededForSeconds(version: number): number;
  /** HMAC-SHA-256 under the purpose's key of the current version, for purposes that index rows of the oldest one: 32 bytes. */
  hmac(purpose: KeyPurpose, data: string | Buffer): Buffer;
  /** The same under another version's key; `null` for an unknown version. */
  hmacOfVersion(version: number, purpose: KeyPurpose, data: string | Buffer): Buffer | null;
  /**
   * Encrypts with AES-256-GCM under the purpose's key of the current version.
   * @param boundTo associated data: the place that the text belongs to, so that it can't be moved elsewhere
   * @param iv 12 bytes, unique for each key (NIST SP 800-38D §8)
   */
  encrypt(purpose: KeyPurpose, plain: Buffer, boundTo: string, iv: Buffer): string;
  /** @returns `null` for a text that was not encrypted here, is bound to another place, or has an unknown version */
  decrypt(purpose: KeyPurpose, encrypted: string, boundTo: string): Buffer | null;
  /** The newest signing key that verifiers have had time to fetch. */
  signingKey(nowSeconds: number): SigningKey;
  /** Every key that may have signed an unexpired token, and the next one. */
  publicKeys(): PublicKey[];
  /**
   * The public key of a key id; for an unknown id the stored keyring is read again as in {@link Keyring.refreshFor}.
   * @returns `null` where no key has this id
   * @throws KeyringOutdated where it could not be read
   */
  publicKey(kid: string): Promise<PublicKey | null>;
}

const DERIVED_KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;

/** The root version of an encrypted text; `NaN` for any other text. */
export const versionOfEncrypted = (encrypted: string): number => Number(encrypted.split('.')[0] || 'none');

/**
 * Makes the keyring of a document.
 *
 * @param clockSeconds decides which root is current and which signing keys have expired; without it the newest root is
 * current and all signing keys count
 * @throws ZodError for an invalid document; its message holds no key
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

  /** HKDF-SHA-256 (RFC 5869): a derived key reveals nothing about the root or about keys of other purposes. */
  const keyFor = (purpose: KeyPurpose, version: number): KeyObject | null => {
    const id = `${version}/${purpose}`;
    const known = derived.get(id);
    if (known) return known;
    const root = secrets.get(version);
    if (!root) return null;
    // A KeyObject is imported once; raw bytes would be imported for every HMAC, at five times the cost of the HMAC
    // itself.
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
    ageSeconds: () => null, // a document does not say
    refreshFor: async () => undefined, // a fixed document has nothing to refresh
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
