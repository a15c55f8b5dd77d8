import type { Randomness } from './clock.ts';
import { withoutSeparators } from './typed-text.ts';

/** Crockford's base32: without I, L, O and U, so no two characters look alike. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const WELL_FORMED = /^[0-9A-HJKMNP-TV-Z]*$/;
const GROUP = /.{1,4}/g;

/** Writes 5 bits of each byte: uniform bytes give uniform characters, because 32 divides 256. */
export const crockfordOf = (bytes: Buffer): string => Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('');

/** Makes a random text of `length` characters, 5 bits each. */
export const makeCrockford = (randomness: Randomness, length: number): string => crockfordOf(randomness.bytes(length));

/**
 * Reads a typed text: ignores case, what stands between and around the groups, and accepts the look-alikes O, I and L.
 *
 * @param text of bounded length
 * @param length number of characters it must have
 * @returns the canonical characters, or `null` for anything else
 */
export const readCrockford = (text: string, length: number): string | null => {
  const canonical = withoutSeparators(text).toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  return canonical.length === length && WELL_FORMED.test(canonical) ? canonical : null;
};

/** Formats it for people: groups of four, separated by hyphens. */
export const groupCrockford = (text: string): string => text.match(GROUP)?.join('-') ?? text;
