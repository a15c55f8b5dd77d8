/** What shows nothing: format characters (bidi controls, zero-width and soft hyphens, tags) and the rest that fonts ignore. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Dashes, the minus sign, the hyphen bullet, and the long-vowel mark that Japanese keyboards have where others have the
 * hyphen.
 */
const DASH = /[\p{Pd}\u2212\u2043\u30fc]/gu;

const WHITE_SPACE = /[\s\u2800]+/gu;

const DECIMAL_DIGIT = /\p{Nd}/u;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;

/** What stands around a text in a sentence, in quotes or in a quoted message, and is part of none. */
const AROUND = /^[\s"'“”„«»‘’‚‹›「」『』<>[\]{}*_`|=,.;:!?…、。]+|[\s"'“”„«»‘’‚‹›「」『』<>[\]{}*_`|=,.;:!?…、。]+$/gu;

/** Outer white space, and the invisible characters that copied addresses bring along. */
const AROUND_AN_ADDRESS = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;

/** The digits of a script are ten code points in a row (The Unicode Standard §4.6), so those before one count its value. */
const asciiDigit = (digit: string): string => {
  const codePoint = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(codePoint - before - 1))) before += 1;
  return String(before % 10);
};

/** A text with the digits 0 to 9 for those of any script. */
export const asciiDigits = (text: string): string => text.replace(OTHER_DIGITS, asciiDigit);

/** Superscripts, fractions and numbers in circles: NFKC would make digits of them, and a footnote's would become part of a number. */
const NO_DIGIT = /\p{No}/gu;

/**
 * Makes a code, a token or a number plain that a person typed or pasted: NFKC, nothing invisible, one kind of space and of dash,
 * the digits 0 to 9 for those of any script, and none of the white space, quotes and punctuation that stood around it.
 *
 * @param text of bounded length
 */
export const plainSymbols = (text: string): string =>
  text
    .replace(INVISIBLE, '')
    .replace(NO_DIGIT, '?')
    .normalize('NFKC')
    .replace(INVISIBLE, '') // NFKC makes a filler of a half-width filler
    .replace(OTHER_DIGITS, asciiDigit)
    .replace(DASH, '-')
    .replace(WHITE_SPACE, ' ')
    .replace(AROUND, '');

/** A code or token without what people put between its groups, or in brackets around it. @param text of bounded length */
export const withoutSeparators = (text: string): string => plainSymbols(text).replace(/[ ()-]/g, '');

/**
 * Makes an e-mail address plain: without white space and format characters around it. Nothing else is touched, since each
 * other character could be part of another person's address; what a domain's letters are made of is settled by IDNA.
 */
export const plainAddress = (text: string): string => text.replace(AROUND_AN_ADDRESS, '');

/** Something that is drawn; U+2800, the blank of Braille, is not. */
const VISIBLE = /[^\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a text shows something, and so names anything. */
export const isVisible = (text: string): boolean => VISIBLE.test(text);
