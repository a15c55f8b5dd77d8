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
  const together = folded.replace(BETWEEN_DIGITS, '');
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
  const left = [...(email === undefined ? [] : formsOf(email)), ...wholes]
    .toSorted((a, b) => b.length - a.length) // the whole address before its parts
    .reduce((text, whole) => text.replaceAll(whole, ''), folded);
  return phoneNumber ? withoutNumber(left, phoneNumber) : left;
};
