import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 for table keys: a token of 128 random bits or more needs no slower hash (ASVS 11.4.2). */
export const sha256 = (text: string): string => hash('sha256', text, 'base64url');

/** Compares in constant time; texts of different length are unequal and don't throw. */
export const constantTimeEqual = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};
