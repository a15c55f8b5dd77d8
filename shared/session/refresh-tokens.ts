import type { Keyring } from '../keyring/keyring.ts';
import { signOpaque, verifyOpaque } from '../keyring/sign-opaque.ts';
import { OPAQUE_KINDS } from '../keyring/token-kinds.ts';
import type { Randomness } from '../primitives/clock.ts';
import { sha256 } from '../primitives/digest.ts';
import { uuidBytes, uuidText } from '../primitives/uuid-bytes.ts';

/** What a refresh token names. It is opaque to clients; only the server reads it, after checking its signature. */
export interface RefreshToken {
  accountId: string;
  sessionId: string;
  /** 1 where it was issued without a predecessor, one more at each rotation. */
  generation: number;
  /** 256 bits. */
  secret: Buffer;
}

const SALT_BYTES = 32;
const FIRST_GENERATION = 1;
const OFFSET = { session: 0, account: 16, generation: 32, secret: 36 };
const KIND = OPAQUE_KINDS['refresh-token'];

const payloadOf = (token: RefreshToken): Buffer => {
  const bytes = Buffer.alloc(KIND.payloadBytes);
  uuidBytes(token.sessionId).copy(bytes, OFFSET.session);
  uuidBytes(token.accountId).copy(bytes, OFFSET.account);
  bytes.writeUInt32BE(token.generation, OFFSET.generation);
  token.secret.copy(bytes, OFFSET.secret);
  return bytes;
};

/** Makes and reads refresh tokens. */
export interface RefreshTokens {
  /** Fresh randomness for one token, to be stored beside the session; it names the keyring's version of that moment. */
  salt(): string;
  /**
   * A token without a predecessor, of a session that begins or is carried over into the account's next epoch. The same
   * session and the same salt give the same token, so a lost answer can be made again, though no token is ever stored.
   * Neither the table nor the keyring alone yields it.
   * @throws KeyringOutdated for a salt of an unknown version while the keyring can't be read again
   * @throws Error for one of a version that is in the keyring no more
   */
  issued(session: Pick<RefreshToken, 'accountId' | 'sessionId'>, salt: string): Promise<RefreshToken>;
  /** The same with a fresh salt. */
  issue(session: Pick<RefreshToken, 'accountId' | 'sessionId'>): { token: RefreshToken; salt: string };
  /**
   * The token that follows. The same token and the same salt give the same successor, so a phone that lost the answer gets
   * it again, though no token is ever stored and the keyring may be rotated meanwhile; and neither the table nor the old
   * token alone yields it.
   * @throws KeyringOutdated for a salt of an unknown version while the keyring can't be read again
   * @throws Error for one of a version that is in the keyring no more
   */
  successor(token: RefreshToken, salt: string): Promise<RefreshToken>;
  /** As a client keeps it. */
  write(token: RefreshToken): string;
  /**
   * @returns `null` for a token that was never issued, so that an invented one can't end a session
   * @throws KeyringOutdated as {@link verifyOpaque} does
   */
  read(text: string): Promise<RefreshToken | null>;
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
  const newSalt = (): string => `${keyring.currentVersion()}.${randomness.bytes(SALT_BYTES).toString('base64url')}`;

  const versionOf = (salt: string): number => Number(salt.split('.')[0]);

  /** @param message what the secret is bound to beside the salt */
  const secretOf = (
    purpose: 'refresh-issue' | 'refresh-rotation',
    message: readonly Buffer[],
    salt: string,
  ): Buffer => {
    const random = Buffer.from(salt.split('.')[1] ?? '', 'base64url');
    const secret = keyring.hmacOfVersion(versionOf(salt), purpose, Buffer.concat([...message, random]));
    if (!secret) throw new Error("the keyring lacks a rotation's version");
    return secret;
  };

  const issuedNow = (
    { accountId, sessionId }: Pick<RefreshToken, 'accountId' | 'sessionId'>,
    salt: string,
  ): RefreshToken => ({
    accountId,
    sessionId,
    generation: FIRST_GENERATION,
    secret: secretOf('refresh-issue', [uuidBytes(sessionId), uuidBytes(accountId)], salt),
  });

  return {
    salt: newSalt,
    issued: async (session, salt) => {
      await keyring.refreshFor(versionOf(salt));
      return issuedNow(session, salt);
    },
    issue: (session) => {
      const salt = newSalt();
      return { token: issuedNow(session, salt), salt };
    },
    successor: async (token, salt) => {
      await keyring.refreshFor(versionOf(salt));
      return { ...token, generation: token.generation + 1, secret: secretOf('refresh-rotation', [token.secret], salt) };
    },
    write: (token) => signOpaque(keyring, KIND, payloadOf(token)),
    read: async (text) => {
      const bytes = await verifyOpaque(keyring, KIND, text);
      return (
        bytes && {
          sessionId: uuidText(bytes.subarray(OFFSET.session, OFFSET.account)),
          accountId: uuidText(bytes.subarray(OFFSET.account, OFFSET.generation)),
          generation: bytes.readUInt32BE(OFFSET.generation),
          secret: bytes.subarray(OFFSET.secret),
        }
      );
    },
    digest: ({ accountId, sessionId, generation, secret }) =>
      sha256(`${accountId}.${sessionId}.${generation}.${secret.toString('base64url')}`),
  };
};
