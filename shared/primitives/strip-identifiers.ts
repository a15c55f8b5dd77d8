import { domainToUnicode } from 'node:url';

/** What identifies a person to others; an attacker who knows the owner tries these first. */
export interface Identifiers {
  /** Canonical; `undefined` if unknown. */
  email: string | undefined;
  /** E.164; likewise. */
  phoneNumber: string | null | undefined;
  /** Names and the like, as given; those shorter than {@link TEXT_MIN_CODE_POINTS} code points are ignored. */
  texts: readonly string[];
}

/** Shorter texts are part of too many ordinary words. */
const TEXT_MIN_CODE_POINTS = 4;

/** Calling codes (ITU-T E.164, list of assigned country codes): one digit, two, or otherwise three. */
const CALLING_CODE = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** People also write the subscriber's part alone. A shorter suffix matches dates and other digits by chance. */
const NUMBER_END_DIGITS = 7;

/**
 * Separators and invisible marks between two digits. Those between words stay, so that digits of a phrase don't join
 * into a number.
 */
const BETWEEN_DIGITS = /(?<=\d)[\p{Z}\p{P}\p{Cf}]+(?=\d)/gu;

/** Normalises a text for comparison. */
export const foldText = (text: string): string => text.normalize('NFKC').toLowerCase();

/** As with numbers: with fewer letters and digits than this, an address without its separators is part of ordinary words. */
const SQUEEZED_MIN_CODE_POINTS = 7;

const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;
const NOT_LETTER_OR_DIGIT = '[^\\p{L}\\p{M}\\p{N}]';

/** How people spell a separator out: `j at example dot com`. */
const SPELT_OUT: Readonly<Record<string, string>> = { '@': 'at', '.': 'dot' };

/**
 * The pattern of an address in which every separator may be another one or none, spelt out or not, and every letter may be followed by
 * invisible marks.
 *
 * @param form folded
 */
const addressPattern = (form: string): RegExp => {
  const characters = Array.from(form);
  const some = characters.filter((one) => LETTER_OR_DIGIT.test(one)).length < SQUEEZED_MIN_CODE_POINTS ? '+' : '*';
  const parts = characters.map((one) => {
    if (LETTER_OR_DIGIT.test(one)) return `${one}\\p{Cf}*`;
    const spelt = SPELT_OUT[one];
    return `${NOT_LETTER_OR_DIGIT}${some}${spelt ? `(?:${spelt}${NOT_LETTER_OR_DIGIT}${some})?` : ''}`;
  });
  return new RegExp(parts.join(''), 'gu');
};

/** The digits of any script as those of ASCII: `Nd` has them in runs of ten, from 0 to 9 (Unicode, DerivedNumericType). */
const asciiDigits = (text: string): string =>
  text.replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => {
    const codePoint = digit.codePointAt(0) ?? 0;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
    return String(value);
  });

/** An address in its stored form, with A-labels (RFC 5890 §2.3.2.1), and as people type it, with U-labels. */
const formsOf = (email: string): string[] => {
  const at = email.lastIndexOf('@') + 1;
  const domain = domainToUnicode(email.slice(at));
  return domain === '' ? [email] : [email, foldText(email.slice(0, at) + domain)];
};

/** Removes the longest suffix of a number that occurs in the text, with or without calling code and separators. */
const withoutNumber = (folded: string, phoneNumber: string): string => {
  const digits = phoneNumber.slice(1);
  const nationalDigits = digits.length - (CALLING_CODE.exec(digits)?.[0].length ?? 0);
  const together = asciiDigits(folded).replace(BETWEEN_DIGITS, '');
  const shortest = Math.min(NUMBER_END_DIGITS, nationalDigits);
  for (let length = digits.length; length >= shortest; length -= 1) {
    const end = digits.slice(-length);
    if (together.includes(end)) return together.replaceAll(end, '');
  }
  return folded;
};

/**
 * Removes the owner's identifiers from a password, each as a whole: the address, the number in international and
 * national form, the names. The rest is judged, so a long phrase that contains a short address is still a good
 * password.
 *
 * @param folded by {@link foldText}
 * @returns the text unchanged where it contains none of them
 */
export const stripIdentifiers = (folded: string, { email, phoneNumber, texts }: Identifiers): string => {
  const wholes = texts.map(foldText).filter((text) => Array.from(text).length >= TEXT_MIN_CODE_POINTS);
  // The whole address before its parts.
  const withoutAddress = (email === undefined ? [] : formsOf(email))
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, form) => text.replaceAll(addressPattern(form), ''), folded);
  const left = wholes
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, whole) => text.replaceAll(whole, ''), withoutAddress);
  return phoneNumber ? withoutNumber(left, phoneNumber) : left;
};
