import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile/es6';
import { plainSymbols } from './typed-text.ts';

/**
 * Bound for schemas, before any other work: the 15 digits of ITU-T E.164 §6.2.1 with a separator and an invisible character after
 * each, the prefix and the scheme.
 */
export const PHONE_NUMBER_TEXT_MAX_LENGTH = 64;

/** The scheme of a copied link. @see RFC 3966 §3, RFC 5724 §2.2 */
const SCHEME = /^(?:tel|sms):/i;

/** Separators between digits. */
const FORGIVEN = /[ ()./-]/g;

/** ITU-T E.164 §6: the plus sign, or 00, the international prefix in most countries. */
const INTERNATIONAL = /^(?:\+|00)([0-9]+)$/;

/**
 * Mobile numbers as old address books have them, and what they are since their plan was changed: Mexico without the 1 that mobile
 * numbers had (2019), Brazil with a ninth digit (2016), Benin with ten digits (2024). @see ITU Operational Bulletin, numbering
 */
const RENUMBERED: readonly { was: RegExp; is: string }[] = [
  { was: /^521([0-9]{10})$/, is: '52$1' },
  { was: /^55([1-9][0-9])([6-9][0-9]{7})$/, is: '55$19$2' },
  { was: /^229([4-9][0-9]{7})$/, is: '22901$1' },
];

const readInternational = (digits: string): PhoneNumber | null => {
  const number = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  // The library accepts calling codes without a country; those numbers have no `country`.
  return number?.country && number.isValid() ? { e164: number.number, country: number.country } : null;
};

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
 * @param text at most {@link PHONE_NUMBER_TEXT_MAX_LENGTH} characters; spaces, dashes, brackets, dots and slashes are ignored
 * @returns `null` for a number that can't receive SMS
 */
export const canonicalPhoneNumber = (text: string): PhoneNumber | null => {
  if (text.length > PHONE_NUMBER_TEXT_MAX_LENGTH) return null;
  // Only digits reach the library, which would also accept letters, extensions and numbers inside a text.
  const digits = INTERNATIONAL.exec(plainSymbols(text).replace(SCHEME, '').replace(FORGIVEN, ''))?.[1];
  if (!digits) return null;

  const renumbered = RENUMBERED.find(({ was }) => was.test(digits));
  return (
    readInternational(digits) ?? (renumbered ? readInternational(digits.replace(renumbered.was, renumbered.is)) : null)
  );
};
