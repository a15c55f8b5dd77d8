import { domainToUnicode } from 'node:url';
import { asciiDigits } from './typed-text.ts';

/** What identifies a person to others; an attacker who knows the owner tries these first. */
export interface Identifiers {
  /** Canonical; `undefined` if unknown. */
  email: string | undefined;
  /** E.164; likewise. */
  phoneNumber: string | null | undefined;
  /** Names and the like, as given, each taken as a whole and word by word; what is shorter than {@link TEXT_MIN_CODE_POINTS} code points is ignored. */
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

/** In UTF-16 units. An address with fewer letters and digits is, without its separators, part of ordinary words. */
const SQUEEZED_MIN_LENGTH = 7;

const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;

/** How people write the separators of an address: with any marks or none between its parts, or in words (`j at example dot com`). */
const SPELLINGS: readonly { at: string; dot: string }[] = [
  { at: 'at', dot: 'dot' },
  { at: 'at', dot: '' },
  { at: '', dot: 'dot' },
  { at: '', dot: '' },
];

/** The letters and digits of a text, and where in the text each code unit of them is. */
const squeeze = (text: string): { squeezed: string; positions: number[] } => {
  let squeezed = '';
  const positions: number[] = [];
  let index = 0;
  for (const one of text) {
    if (LETTER_OR_DIGIT.test(one)) {
      squeezed += one;
      for (let unit = 0; unit < one.length; unit += 1) positions.push(index + unit);
    }
    index += one.length;
  }
  return { squeezed, positions };
};

/** Removes an address in one spelling. A regular expression for it would cost milliseconds to compile, for each password. */
const withoutSpelling = (text: string, needle: string, mustHaveSeparators: boolean): string => {
  const { squeezed, positions } = squeeze(text);
  let left = '';
  let copied = 0;
  let from = squeezed.indexOf(needle);
  while (from !== -1) {
    const start = positions[from] ?? 0;
    const end = (positions[from + needle.length - 1] ?? 0) + 1;
    const isTaken = !mustHaveSeparators || end - start > needle.length;
    if (isTaken) {
      left += text.slice(copied, start);
      copied = end;
    }
    from = squeezed.indexOf(needle, from + (isTaken ? needle.length : 1));
  }
  return left + text.slice(copied);
};

/** @param form of an address, folded */
const withoutAddress = (text: string, form: string): string => {
  const isShort = squeeze(form).squeezed.length < SQUEEZED_MIN_LENGTH;
  return SPELLINGS.reduce((rest, { at, dot }) => {
    const needle = squeeze(form.replaceAll('.', dot).replace('@', at)).squeezed;
    return withoutSpelling(rest, needle, isShort);
  }, text);
};

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

const LETTER = /\p{L}/u;
const DIGIT = /\p{N}/u;

/** Whether two neighbours are of one word: letters go on, and so do digits, but a word ends where digits begin. */
const goesOn = (one: string | undefined, next: string | undefined): boolean =>
  one !== undefined && next !== undefined && [LETTER, DIGIT].some((kind) => kind.test(one) && kind.test(next));

const last = (text: string): string | undefined => Array.from(text.slice(-2)).at(-1);
const first = (text: string): string | undefined => Array.from(text.slice(0, 2))[0];

/** Removes a word where it stands as one, and not where it is part of another: a phrase with `misinformation` is not about `info`. */
const withoutWord = (text: string, word: string): string => {
  let left = '';
  let copied = 0;
  for (let from = text.indexOf(word); from !== -1; ) {
    let end = from + word.length;
    while (text.startsWith(word, end)) end += word.length; // a word said twice is one word
    const isWhole =
      !goesOn(last(text.slice(0, from)), first(word)) && !goesOn(last(word), first(text.slice(end, end + 2)));
    if (isWhole) {
      left += text.slice(copied, from);
      copied = end;
    }
    from = text.indexOf(word, isWhole ? end : from + 1);
  }
  return left + text.slice(copied);
};

/** The texts, as they are and without what parts their words, and the words themselves, the longest first, so that no part goes before its whole. */
const wordsOf = (texts: readonly string[]): string[] => {
  const folded = texts.map(foldText);
  const parts = folded.map((text) => text.split(/[^\p{L}\p{N}]+/u));
  const words = [...folded, ...parts.map((those) => those.join('')), ...parts.flat()];
  return [...new Set(words)]
    .filter((word) => Array.from(word).length >= TEXT_MIN_CODE_POINTS)
    .toSorted((a, b) => b.length - a.length);
};

/**
 * Removes the owner's identifiers from a password: the address, the number in international and national form, and the words of
 * names. The rest is judged, so a long phrase that contains a short address is still a good password.
 *
 * @param folded by {@link foldText}
 * @returns the text unchanged where it contains none of them
 */
export const stripIdentifiers = (folded: string, { email, phoneNumber, texts }: Identifiers): string => {
  // The whole address before its parts.
  const rest = (email === undefined ? [] : formsOf(email))
    .toSorted((a, b) => b.length - a.length)
    .reduce(withoutAddress, folded);
  const left = wordsOf(texts).reduce(withoutWord, rest);
  return phoneNumber ? withoutNumber(left, phoneNumber) : left;
};
