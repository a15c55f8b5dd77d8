import type { Randomness } from './clock.ts';

/** Crockford's base32: no I, L, O or U, so nothing in it can be mistaken for something else in it. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const WELL_FORMED = /^[0-9A-HJKMNP-TV-Z]*$/;
const GROUP = /.{1,4}/g;

/** Makes a text of so many characters, each of 5 random bits. */
export const makeCrockford = (randomness: Randomness, length: number): string =>
  Array.from(randomness.bytes(length), (byte) => ALPHABET.charAt(byte & 31)).join('');

/**
 * Reads back what a person typed: case, spaces, hyphens and the look-alikes O, I and L are forgiven.
 *
 * @param length how many characters it must have
 * @returns the canonical characters, or `null` when no such text can be meant
 */
export const readCrockford = (text: string, length: number): string | null => {
  const canonical = text.replace(/[\s-]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  return canonical.length === length && WELL_FORMED.test(canonical) ? canonical : null;
};

/** Writes it the way a person reads it: groups of four, parted by hyphens. */
export const groupCrockford = (text: string): string => text.match(GROUP)?.join('-') ?? text;
