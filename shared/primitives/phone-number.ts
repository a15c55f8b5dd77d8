import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile/es6';

/**
 * Bound for a schema, before any other work: the 15 digits of ITU-T E.164 §6.2.1 with a separator behind every one of
 * them, and the prefix.
 */
export const PHONE_NUMBER_TEXT_MAX_LENGTH = 32;

/** What people put between digits, and the invisible marks of direction that come along when a contact is copied. */
const FORGIVEN = /[\p{Zs}\p{Pd}().\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** ITU-T E.164 §6: the plus sign, or the international prefix that most of the world dials instead. */
const INTERNATIONAL = /^(?:\+|00)(\d+)$/;

/** A number that an SMS can be sent to. */
export interface PhoneNumber {
  /** `+` and up to 15 digits: the one form that is stored, compared, counted and sent to. */
  e164: string;
  /** ISO 3166-1 alpha-2, or the user-assigned XK for Kosovo: whose numbering plan it is, so what a message costs. */
  country: string;
}

/**
 * The one form of a phone number that sign-in, look-up, uniqueness and limits all use.
 *
 * The number must be written internationally, because nobody's country is guessed, and must be one that its country
 * gives to mobile phones; where a plan doesn't tell mobile from fixed, as in North America, both will do. Premium,
 * freephone, personal, pager and fixed numbers are refused, and so are satellite and all other numbers of no country
 * (docs/adr/0010).
 *
 * @param text at most {@link PHONE_NUMBER_TEXT_MAX_LENGTH} characters; spaces, hyphens, brackets and dots are forgiven
 * @returns `null` when an SMS can't be meant to go there
 */
export const canonicalPhoneNumber = (text: string): PhoneNumber | null => {
  if (text.length > PHONE_NUMBER_TEXT_MAX_LENGTH) return null;
  // Only digits reach the library: it would read letters, extensions and numbers within a text as well.
  const digits = INTERNATIONAL.exec(text.replace(FORGIVEN, ''))?.[1];
  if (!digits) return null;

  const number = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  // The calling codes that belong to no country are valid to the library, and have none.
  if (!number?.country || !number.isValid()) return null;
  return { e164: number.number, country: number.country };
};
