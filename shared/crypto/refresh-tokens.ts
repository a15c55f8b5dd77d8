import type { Randomness } from '../domain/clock.ts';
import { constantTimeEqual, sha256 } from './digest.ts';
import type { Keyring } from './keyring.ts';

/** What a refresh token names. It is opaque to clients; the server alone reads it, and only behind its seal. */
export interface RefreshToken {
  accountId: string;
  sessionId: string;
  /** 1 at sign-in, one more at each rotation. */
  generation: number;
  /** 256 bits. */
  secret: Buffer;
}

const FORMAT = 1;
const SECRET_BYTES = 32;
const SEAL_BYTES = 16;
const SALT_BYTES = 32;
const OFFSET = { format: 0, keyVersion: 1, session: 2, account: 18, generation: 34, secret: 38, seal: 70 };
const TOKEN_BYTES = OFFSET.seal + SEAL_BYTES;

/** Bound for a schema: what base64url makes of the token's 86 bytes. */
export const REFRESH_TOKEN_MAX_LENGTH = 115;

const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const encodeUnsealed = (token: RefreshToken, keyVersion: number): Buffer => {
  const bytes = Buffer.alloc(TOKEN_BYTES);
  bytes.writeUInt8(FORMAT, OFFSET.format);
  bytes.writeUInt8(keyVersion, OFFSET.keyVersion);
  uuidBytes(token.sessionId).copy(bytes, OFFSET.session);
  uuidBytes(token.accountId).copy(bytes, OFFSET.account);
  bytes.writeUInt32BE(token.generation, OFFSET.generation);
  token.secret.copy(bytes, OFFSET.secret);
  return bytes;
};

/** Makes and reads refresh tokens. */
export interface RefreshTokens {
  /** The first of a session. */
  first(token: Pick<RefreshToken, 'accountId' | 'sessionId'>): RefreshToken;
  /** Fresh randomness for one rotation, to be stored beside the session; it names the keyring's version of that moment. */
  salt(): string;
  /**
   * The token that follows. The same token and the same salt give the same successor, so a phone that lost the answer gets
   * it again, though no token is ever stored and the keyring may be rotated meanwhile; and neither the table nor the old
   * token alone yields it.
   * @throws Error where this process doesn't know the salt's version of the keyring (yet)
   */
  successor(token: RefreshToken, salt: string): RefreshToken;
  /** As a client keeps it. */
  write(token: RefreshToken): string;
  /** @returns `null` for what we never issued: nobody can end a session by inventing an old token of it */
  read(text: string): RefreshToken | null;
  /** As the table keeps it: SHA-256 over the whole. */
  digest(token: RefreshToken): string;
}

/** Makes them under the keyring's keys. */
export const makeRefreshTokens = ({
  keyring,
  randomness,
}: {
  keyring: Keyring;
  randomness: Randomness;
}): RefreshTokens => {
  const write = (token: RefreshToken): string => {
    const bytes = encodeUnsealed(token, keyring.currentVersion());
    keyring.hmac('refresh-seal', bytes.subarray(0, OFFSET.seal)).copy(bytes, OFFSET.seal, 0, SEAL_BYTES);
    return bytes.toString('base64url');
  };

  return {
    first: (token) => ({ ...token, generation: 1, secret: randomness.bytes(SECRET_BYTES) }),
    salt: () => `${keyring.currentVersion()}.${randomness.bytes(SALT_BYTES).toString('base64url')}`,
    successor: (token, salt) => {
      const [version, random = ''] = salt.split('.');
      const data = Buffer.concat([token.secret, Buffer.from(random, 'base64url')]);
      const secret = keyring.hmacOfVersion(Number(version), 'refresh-rotation', data);
      if (!secret) throw new Error("the keyring lacks a rotation's version");
      return { ...token, generation: token.generation + 1, secret };
    },
    write,
    read: (text) => {
      const bytes = Buffer.from(text, 'base64url');
      // Re-encoding refuses the other spellings that base64 has for the same bytes.
      if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== text) return null;
      if (bytes.readUInt8(OFFSET.format) !== FORMAT) return null;
      const sealed = bytes.subarray(0, OFFSET.seal);
      const seal = keyring.hmacOfVersion(bytes.readUInt8(OFFSET.keyVersion), 'refresh-seal', sealed);
      const presented = bytes.subarray(OFFSET.seal).toString('base64url');
      if (!seal || !constantTimeEqual(seal.subarray(0, SEAL_BYTES).toString('base64url'), presented)) return null;
      return {
        sessionId: uuidText(bytes.subarray(OFFSET.session, OFFSET.account)),
        accountId: uuidText(bytes.subarray(OFFSET.account, OFFSET.generation)),
        generation: bytes.readUInt32BE(OFFSET.generation),
        secret: Buffer.from(bytes.subarray(OFFSET.secret, OFFSET.seal)),
      };
    },
    digest: ({ accountId, sessionId, generation, secret }) =>
      sha256(`${accountId}.${sessionId}.${generation}.${secret.toString('base64url')}`),
  };
};
