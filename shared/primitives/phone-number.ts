import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile/es6';

/**
 * Bound for schemas, before any other work: the 15 digits of ITU-T E.164 §6.2.1 with a separator after each, and the
 * prefix.
 */
export const PHONE_NUMBER_TEXT_MAX_LENGTH = 32;

/** Separators between digits, and invisible direction marks from copied contacts. */
const FORGIVEN = /[\p{Zs}\p{Pd}().\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** ITU-T E.164 §6: the plus sign, or 00, the international prefix in most countries. */
const INTERNATIONAL = /^(?:\+|00)(\d+)$/;

/** A number that can receive SMS. */
export interface PhoneNumber {
  /** `+` and up to 15 digits: the form that is stored, compared, counted and sent to. */
  e164: string;
  /**
   * ISO 3166-1 alpha-2, or the user-assigned XK for Kosovo; the country of the numbering plan, which sets the price of
   * a message.
   */
  country: string;
}

/**
 * The canonical form of a phone number, for sign-in, look-up, uniqueness and limits.
 *
 * The number must have its country code, because no country is assumed, and must be a mobile number of that country;
 * where a plan does not separate mobile from fixed, as in North America, either is accepted. Premium, freephone,
 * personal, pager, fixed, satellite and other non-geographic numbers are refused (docs/adr/0010).
 *
 * @param text at most {@link PHONE_NUMBER_TEXT_MAX_LENGTH} characters; spaces, hyphens, brackets and dots are ignored
 * @returns `null` for a number that can't receive SMS
 */
export const canonicalPhoneNumber = (text: string): PhoneNumber | null => {
  if (text.length > PHONE_NUMBER_TEXT_MAX_LENGTH) return null;
  // Only digits reach the library, which would also accept letters, extensions and numbers inside a text.
  const international = INTERNATIONAL.exec(text.replace(FORGIVEN, ''));
  if (!international) return null;

  const number = parsePhoneNumberFromString(`+${international[1]}`, { extract: false });
  // The library accepts calling codes without a country; those numbers have no `country`.
  if (!number?.country || !number.isValid()) return null;
  return { e164: number.number, country: number.country };
};
