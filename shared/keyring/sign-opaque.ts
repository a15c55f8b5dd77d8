import { constantTimeEqual } from '../primitives/digest.ts';
import type { KeyPurpose, Keyring } from './keyring.ts';

const HEADER_BYTES = 2;
const MAC_BYTES = 16;

/** A kind of opaque token. The format distinguishes kinds before a key is used; token-kinds.ts lists them all. */
export interface OpaqueKind {
  /** 0…255, one for each kind of token. */
  format: number;
  purpose: KeyPurpose;
  payloadBytes: number;
  /** Longest life in seconds; `null` for a token that holds a secret of its own, which the MAC alone does not prove. */
  livesSeconds: number | null;
}

/** Writes bytes that a client keeps and cannot change: signed with 128 bits of HMAC-SHA-256 under the key of the purpose. */
export const signOpaque = (keyring: Keyring, { format, purpose }: OpaqueKind, payload: Buffer): string => {
  const signed = Buffer.concat([Buffer.from([format, keyring.currentVersion()]), payload]);
  return Buffer.concat([signed, keyring.hmac(purpose, signed).subarray(0, MAC_BYTES)]).toString('base64url');
};

/**
 * Reads the bytes of a token that {@link signOpaque} wrote.
 *
 * @returns `null` for a token of another kind, a forged one, or one older than its life
 * @throws KeyringOutdated for an unknown version while the keyring can't be read again
 */
export const verifyOpaque = async (
  keyring: Keyring,
  { format, purpose, payloadBytes, livesSeconds }: OpaqueKind,
  text: string,
): Promise<Buffer | null> => {
  const bytes = Buffer.from(text, 'base64url');
  // Re-encoding refuses the other spellings that base64 has for the same bytes.
  if (bytes.length !== HEADER_BYTES + payloadBytes + MAC_BYTES || bytes.toString('base64url') !== text) return null;
  if (bytes.readUInt8(0) !== format) return null;
  const signed = bytes.subarray(0, -MAC_BYTES);
  const version = bytes.readUInt8(1);
  await keyring.refreshFor(version);
  const expected = keyring.hmacOfVersion(version, purpose, signed);
  const presented = bytes.subarray(-MAC_BYTES).toString('base64url');
  if (!expected || !constantTimeEqual(expected.subarray(0, MAC_BYTES).toString('base64url'), presented)) return null;
  // Every token that this root signed while it was current has expired: a signature made with it now is made with a stolen root.
  if (livesSeconds !== null && keyring.supersededForSeconds(version) >= livesSeconds) return null;
  return Buffer.from(signed.subarray(HEADER_BYTES));
};
