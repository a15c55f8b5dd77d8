import type { Randomness } from './clock.ts';

/** Length of a code from an app or by SMS. @see RFC 4226 §4 R4: six digits at least */
export const CODE_DIGITS = 6;

/** Whether a text has the form of a code from an app or by SMS; anything else can only be a recovery code. */
export const isDigitCode = (text: string): boolean => text.length === CODE_DIGITS && /^[0-9]+$/.test(text);

/** Makes a code of which each is as likely as any other, those that begin with zeros included. */
export const makeDigitCode = (randomness: Randomness): string =>
  String(randomness.integer(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
