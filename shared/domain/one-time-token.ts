import type { Randomness } from './clock.ts';

/** Crockford's base32: no I, L, O or U, so nothing in it can be mistaken for something else in it. */
const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 26 characters of 5 bits are 130 random bits; ASVS 6.5.2 and 7.2.3 ask for 112 and 128. */
const TOKEN_LENGTH = 26;

/** How long a text may be before it is looked at: the token with a separator behind every character, and then some. */
export const TOKEN_TEXT_MAX_LENGTH = 64;

const GROUP_LENGTH = 4;
const WELL_FORMED = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** Makes a token that a person can read out, type and paste. */
export const makeOneTimeToken = (randomness: Randomness): string =>
  Array.from(randomness.bytes(TOKEN_LENGTH), (byte) => CROCKFORD_ALPHABET.charAt(byte & 31)).join('');

/**
 * Reads a token back from whatever a person typed: case, spaces, hyphens and the look-alikes O, I and L are forgiven.
 *
 * @param text at most {@link TOKEN_TEXT_MAX_LENGTH} characters; the caller's schema sees to that
 * @returns the 26 canonical characters, or `null` when no token can be meant
 */
export const readOneTimeToken = (text: string): string | null => {
  const canonical = text.replace(/[\s-]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  return WELL_FORMED.test(canonical) ? canonical : null;
};

/** Writes a token the way a message shows it: groups of four, parted by hyphens. */
export const groupOneTimeToken = (token: string): string =>
  token.match(new RegExp(`.{1,${GROUP_LENGTH}}`, 'g'))?.join('-') ?? token;
