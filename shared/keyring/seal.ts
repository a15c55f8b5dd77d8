import { constantTimeEqual } from '../primitives/digest.ts';
import type { KeyPurpose, Keyring } from './keyring.ts';

const HEADER_BYTES = 2;
const SEAL_BYTES = 16;

/** What is sealed: the format tells one kind of token from another before any key is asked (token-kinds has them all). */
export interface SealedKind {
  /** 0…255, one for each kind of token. */
  format: number;
  purpose: KeyPurpose;
  payloadBytes: number;
  /** How long what is sealed can be good, in seconds; `null` where it holds a secret of its own, and the seal alone proves nothing. */
  livesSeconds: number | null;
}

/** Writes bytes that a client keeps and can't change: the seal is 128 bits of HMAC-SHA-256 under the purpose's key. */
export const seal = (keyring: Keyring, { format, purpose }: SealedKind, payload: Buffer): string => {
  const sealed = Buffer.concat([Buffer.from([format, keyring.currentVersion()]), payload]);
  return Buffer.concat([sealed, keyring.hmac(purpose, sealed).subarray(0, SEAL_BYTES)]).toString('base64url');
};

/**
 * Reads them back.
 *
 * @returns `null` for anything that we didn't seal as this kind, or so long ago that it can't be good any more
 * @throws KeyringOutdated for an unknown version while the keyring can't be read again
 */
export const unseal = async (
  keyring: Keyring,
  { format, purpose, payloadBytes, livesSeconds }: SealedKind,
  text: string,
): Promise<Buffer | null> => {
  const bytes = Buffer.from(text, 'base64url');
  // Re-encoding refuses the other spellings that base64 has for the same bytes.
  if (bytes.length !== HEADER_BYTES + payloadBytes + SEAL_BYTES || bytes.toString('base64url') !== text) return null;
  if (bytes.readUInt8(0) !== format) return null;
  const sealed = bytes.subarray(0, -SEAL_BYTES);
  const version = bytes.readUInt8(1);
  await keyring.refreshFor(version);
  const expected = keyring.hmacOfVersion(version, purpose, sealed);
  const presented = bytes.subarray(-SEAL_BYTES).toString('base64url');
  if (!expected || !constantTimeEqual(expected.subarray(0, SEAL_BYTES).toString('base64url'), presented)) return null;
  // What an older root sealed while it was the current one is over by now: whoever seals with it still has stolen it.
  if (livesSeconds !== null && keyring.supersededForSeconds(version) >= livesSeconds) return null;
  return Buffer.from(sealed.subarray(HEADER_BYTES));
};
