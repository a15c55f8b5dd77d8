import { constantTimeEqual } from './digest.ts';
import type { KeyPurpose, Keyring } from './keyring.ts';

const HEADER_BYTES = 2;
const SEAL_BYTES = 16;

/** What is sealed: the format tells one kind of token from another before any key is asked. */
export interface SealedKind {
  /** 0…255, one for each kind of token. */
  format: number;
  purpose: KeyPurpose;
  payloadBytes: number;
}

/** How long a sealed text of a kind is, in characters. */
export const sealedLength = ({ payloadBytes }: SealedKind): number =>
  Math.ceil(((HEADER_BYTES + payloadBytes + SEAL_BYTES) * 4) / 3);

/** Writes bytes that a client keeps and can't change: the seal is 128 bits of HMAC-SHA-256 under the purpose's key. */
export const seal = (keyring: Keyring, { format, purpose }: SealedKind, payload: Buffer): string => {
  const sealed = Buffer.concat([Buffer.from([format, keyring.currentVersion()]), payload]);
  return Buffer.concat([sealed, keyring.hmac(purpose, sealed).subarray(0, SEAL_BYTES)]).toString('base64url');
};

/** Reads them back. @returns `null` for anything that we didn't seal as this kind */
export const unseal = (
  keyring: Keyring,
  { format, purpose, payloadBytes }: SealedKind,
  text: string,
): Buffer | null => {
  const bytes = Buffer.from(text, 'base64url');
  // Re-encoding refuses the other spellings that base64 has for the same bytes.
  if (bytes.length !== HEADER_BYTES + payloadBytes + SEAL_BYTES || bytes.toString('base64url') !== text) return null;
  if (bytes.readUInt8(0) !== format) return null;
  const sealed = bytes.subarray(0, -SEAL_BYTES);
  const expected = keyring.hmacOfVersion(bytes.readUInt8(1), purpose, sealed);
  const presented = bytes.subarray(-SEAL_BYTES).toString('base64url');
  if (!expected || !constantTimeEqual(expected.subarray(0, SEAL_BYTES).toString('base64url'), presented)) return null;
  return Buffer.from(sealed.subarray(HEADER_BYTES));
};
