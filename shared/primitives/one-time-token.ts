import { crockfordOf, groupCrockford, readCrockford } from './crockford.ts';
import { plainSymbols } from './typed-text.ts';

/** 26 characters, one of a random byte's 5 bits each, are 130 random bits; ASVS 6.5.2 and 7.2.3 require 112 and 128. */
export const TOKEN_LENGTH = 26;

/** Bound for schemas: a link with the token in it, which people paste as a whole, and some text around it. */
export const TOKEN_TEXT_MAX_LENGTH = 1024;

/**
 * Where a link may have its token, of {@link TOKEN_LENGTH} characters, with words behind it or not; mail filters encode the number sign, or put their own parameters before or behind it. The link of
 * "this wasn't me" names the token of a sign-in link `link`.
 */
const IN_LINK = /(?:[#?&]|%23)(?:token|link)(?:=|%3D)([0-9A-Z](?:[ -]?[0-9A-Z]){25})(?![0-9A-Z])/gi;

/** Writes a token that people can read out, type and paste. @param uniform 26 bytes or more, each of which gives 5 bits */
export const oneTimeTokenOf = (uniform: Buffer): string => crockfordOf(uniform.subarray(0, TOKEN_LENGTH));

/**
 * Reads a token as a person typed or pasted it, alone or with the link that it is in.
 *
 * @param text at most {@link TOKEN_TEXT_MAX_LENGTH} characters; the caller's schema checks this
 * @returns the 26 canonical characters, or `null` for anything else
 */
export const readOneTimeToken = (text: string): string | null => {
  const inLinks = Array.from(plainSymbols(text).matchAll(IN_LINK), ([, token = '']) =>
    readCrockford(token, TOKEN_LENGTH),
  );
  return inLinks.find((token) => token !== null) ?? readCrockford(text, TOKEN_LENGTH);
};

/** Formats a token for a message. */
export const groupOneTimeToken = groupCrockford;
