import { domainToASCII } from 'node:url';
import { plainAddress } from './typed-text.ts';

/** RFC 5321 §4.5.3.1: 64 octets of local part, 254 of a path. */
const LOCAL_PART_MAX_LENGTH = 64;
/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
const EMAIL_ADDRESS_MAX_LENGTH = 254;
/** Bound for schemas, before any other work: an address, and what may stand around it. */
export const EMAIL_ADDRESS_TEXT_MAX_LENGTH = 320;

/** RFC 5322 §3.2.3 dot-atom. Quoted local parts and comments are legal, but real mailboxes don't use them. */
const DOT_ATOM = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** Characters of a host name before IDNA; a URL parser gives any other character a meaning. */
const HOST_CHARACTERS = /^(?:[\p{L}\p{M}\p{N}.\u002d\u3002\uff0e\uff61]|\u200c|\u200d)+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

const canonicalDomain = (domain: string): string | null => {
  if (!HOST_CHARACTERS.test(domain)) return null;
  const ascii = domainToASCII(domain).toLowerCase();
  const labels = ascii.split('.');
  const topLevel = ascii.slice(ascii.lastIndexOf('.') + 1);
  // Without a dot it is a local host name; with a numeric last label it is an IPv4 address.
  if (labels.length < 2 || !TOP_LEVEL_LABEL.test(topLevel)) return null;
  return labels.every((label) => LABEL.test(label)) ? ascii : null;
};

/**
 * The one form of an e-mail address that sign-up, look-up, uniqueness and limits all use.
 *
 * The domain becomes ASCII (IDNA, UTS 46 through the platform's URL library) and both parts ASCII lower case; local
 * parts that differ in anything else stay different. A local part beyond ASCII is refused, because SES cannot
 * deliver to it (docs/adr/0008).
 *
 * @param typed at most {@link EMAIL_ADDRESS_TEXT_MAX_LENGTH} characters
 * @returns the canonical address, or `null` when mail can't be sent to what was given
 * @see RFC 5321 §4.1.2, RFC 5891
 */
export const canonicalEmailAddress = (typed: string): string | null => {
  if (typed.length > EMAIL_ADDRESS_TEXT_MAX_LENGTH) return null;
  const text = plainAddress(typed);
  if (text.length > EMAIL_ADDRESS_MAX_LENGTH) return null;
  const at = text.lastIndexOf('@');
  if (at < 1 || at > LOCAL_PART_MAX_LENGTH) return null;

  // Before lower-casing, which turns the Kelvin sign and its like into ASCII letters.
  if (!/^[\x21-\x7e]+$/.test(text.slice(0, at))) return null;
  const localPart = text.slice(0, at).toLowerCase();
  if (!DOT_ATOM.test(localPart)) return null;

  const domain = canonicalDomain(text.slice(at + 1));
  if (domain === null) return null;
  const canonical = `${localPart}@${domain}`;
  return canonical.length <= EMAIL_ADDRESS_MAX_LENGTH ? canonical : null;
};

/** `user%host` and `host!user`; a path, a program, and an option of the program that takes the mail over. */
const ROUTE = /[%!]|^[/|-]/;

/**
 * An encoded word, or its beginning. It has no meaning in an address, and mail software that decodes it anyway would
 * send to another address than the one that was checked.
 * @see RFC 2047 §2, §5
 */
const ENCODED_WORD = /=\?.*\?/;

/**
 * Whether mail software may read the local part as another recipient: an encoded word, a route to another host, a file, a program
 * or an option. The person who gets the mail is then not the one who has the address at that domain, so no new account is made for
 * it. An account that has such an address keeps it. Exim refuses routes by default.
 *
 * @param address canonical
 * @see RFC 2047 §5, RFC 5321 appendix F.2, RFC 1123 §5.2.16
 */
export const isMisread = (address: string): boolean => ROUTE.test(address) || ENCODED_WORD.test(address); // no canonical domain fits either
