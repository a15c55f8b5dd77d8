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
  /** Longest lifetime in seconds; `null` for a token whose own secret is checked against the table, beside its MAC. */
  livesSeconds: number | null;
}

/** What the MAC is over. What comes before the text has a fixed length for each kind, so the parts can't be mistaken. */
const macInput = (signed: Buffer, boundTo: string): Buffer => Buffer.concat([signed, Buffer.from(boundTo)]);

/**
 * Signs a payload that a client keeps and must not change: HMAC-SHA-256 under the purpose's key, truncated to 128 bits.
 *
 * @param boundTo what the token is good with alone, without being in it; left out where that is nothing
 */
export const signOpaque = (
  keyring: Keyring,
  { format, purpose }: OpaqueKind,
  payload: Buffer,
  boundTo = '',
): string => {
  const signed = Buffer.concat([Buffer.from([format, keyring.currentVersion()]), payload]);
  const mac = keyring.hmac(purpose, macInput(signed, boundTo)).subarray(0, MAC_BYTES);
  return Buffer.concat([signed, mac]).toString('base64url');
};

/**
 * Reads the payload of a token that {@link signOpaque} wrote.
 *
 * @param boundTo as it was signed with
 * @returns `null` for a token of another kind, a forged one, one that is bound to something else, or one older than its lifetime
 * @throws KeyringOutdated for an unknown version while the keyring can't be read again
 */
export const verifyOpaque = async (
  keyring: Keyring,
  { format, purpose, payloadBytes, livesSeconds }: OpaqueKind,
  text: string,
  boundTo = '',
): Promise<Buffer | null> => {
  const bytes = Buffer.from(text, 'base64url');
  // Re-encoding refuses alternative base64 spellings of the same bytes, which would be other tokens with the same
  // meaning (RFC 4648 §3.5).
  if (bytes.length !== HEADER_BYTES + payloadBytes + MAC_BYTES || bytes.toString('base64url') !== text) return null;
  if (bytes.readUInt8(0) !== format) return null;
  const signed = bytes.subarray(0, -MAC_BYTES);
  const version = bytes.readUInt8(1);
  await keyring.refreshFor(version);
  const expected = keyring.hmacOfVersion(version, purpose, macInput(signed, boundTo));
  const presented = bytes.subarray(-MAC_BYTES).toString('base64url');
  if (!expected || !constantTimeEqual(expected.subarray(0, MAC_BYTES).toString('base64url'), presented)) return null;
  // All tokens that this root signed while it was current have expired, so a valid signature can only come from a
  // stolen root.
  if (livesSeconds !== null && keyring.supersededForSeconds(version) >= livesSeconds) return null;
  return Buffer.from(signed.subarray(HEADER_BYTES));
};
