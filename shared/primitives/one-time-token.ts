import type { Randomness } from './clock.ts';
import { groupCrockford, makeCrockford, readCrockford } from './crockford.ts';

/** 26 characters of 5 bits are 130 random bits; ASVS 6.5.2 and 7.2.3 ask for 112 and 128. */
const TOKEN_LENGTH = 26;

/** How long a text may be before it is looked at: the token with a separator behind every character, and then some. */
export const TOKEN_TEXT_MAX_LENGTH = 64;

/** Makes a token that a person can read out, type and paste. */
export const makeOneTimeToken = (randomness: Randomness): string => makeCrockford(randomness, TOKEN_LENGTH);

/**
 * Reads a token back from whatever a person typed.
 *
 * @param text at most {@link TOKEN_TEXT_MAX_LENGTH} characters; the caller's schema sees to that
 * @returns the 26 canonical characters, or `null` when no token can be meant
 */
export const readOneTimeToken = (text: string): string | null => readCrockford(text, TOKEN_LENGTH);

/** Writes a token the way a message shows it. */
export const groupOneTimeToken = groupCrockford;
