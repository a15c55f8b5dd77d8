import { crockfordOf, groupCrockford, readCrockford } from './crockford.ts';

/** 26 characters of 5 bits are 130 random bits; ASVS 6.5.2 and 7.2.3 require 112 and 128. */
const TOKEN_LENGTH = 26;

/** Bound for schemas: the token with a separator after each character, and some slack. */
export const TOKEN_TEXT_MAX_LENGTH = 64;

/** Writes a token that people can read out, type and paste. @param uniform 26 bytes or more, each of which gives 5 bits */
export const oneTimeTokenOf = (uniform: Buffer): string => crockfordOf(uniform.subarray(0, TOKEN_LENGTH));

/**
 * Reads a token as a person typed it.
 *
 * @param text at most {@link TOKEN_TEXT_MAX_LENGTH} characters; the caller's schema checks this
 * @returns the 26 canonical characters, or `null` for anything else
 */
export const readOneTimeToken = (text: string): string | null => readCrockford(text, TOKEN_LENGTH);

/** Formats a token for a message. */
export const groupOneTimeToken = groupCrockford;
