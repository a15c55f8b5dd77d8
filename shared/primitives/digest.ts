import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 for table keys: a token of 128 random bits or more needs no slower hash (ASVS 11.4.2). */
export const sha256 = (text: string): string => hash('sha256', text, 'base64url');

/** The same of bytes. */
export const sha256OfBytes = (bytes: Buffer): string => hash('sha256', bytes, 'base64url');

const HEX = /^[\da-f]{64}$/i;
/** Both alphabets, with and without padding (RFC 4648 §4, §5). */
const BASE64 = /^[\w+/-]{43}=?$/;

/** Reads a SHA-256 digest in hex or base64. @returns it in base64url; `null` for anything else */
export const readSha256 = (text: string): string | null => {
  if (!HEX.test(text) && !BASE64.test(text)) return null;
  return Buffer.from(text, HEX.test(text) ? 'hex' : 'base64').toString('base64url');
};

/** Compares in constant time; texts of different length are unequal and don't throw. */
export const constantTimeEqual = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};
