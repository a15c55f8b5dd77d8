import { domainToASCII, domainToUnicode } from 'node:url';
import { plainAddress } from './typed-text.ts';

/** RFC 5321 §4.5.3.1: 64 octets of local part, 254 of a path. */
const LOCAL_PART_MAX_LENGTH = 64;
/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
const EMAIL_ADDRESS_MAX_LENGTH = 254;
/** Bound for schemas, before any other work: an address, and what may stand around it. */
export const EMAIL_ADDRESS_TEXT_MAX_LENGTH = 320;

/** RFC 5322 §3.2.3 dot-atom. Quoted local parts and comments are legal, but real mailboxes don't use them. */
const DOT_ATOM = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** Letters that Unicode calls punctuation or symbols, and a name may have all the same. @see RFC 5892 §2.6, appendix A */
const EXCEPTION = /[\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u30fb]/gu;
const withoutExceptions = (name: string): string => name.replace(EXCEPTION, 'x');

/** Characters of a host name before IDNA, but for the exceptions; a URL parser gives any other character a meaning. */
const HOST_CHARACTERS = /^(?:[\p{L}\p{M}\p{N}.\u002d\u3002\uff0e\uff61]|\u200c|\u200d)+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** Letters and digits that a name can have after it was mapped, but for the exceptions. @see RFC 5892 §3: LetterDigits, JoinControl */
const NAME_CHARACTERS = /^(?:[\p{L}\p{Mn}\p{Mc}\p{Nd}\u3007\u002d]|\u200c|\u200d)+$/u;
/** Of these the ones that it can't. @see RFC 5892 §2.6, DISALLOWED; §2.9, OldHangulJamo; §2.3, IgnorableProperties */
const DISALLOWED =
  /[\u0640\u07fa\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]|\u302e|\u302f|(?!\u200c|\u200d)\p{Default_Ignorable_Code_Point}/u;

/** A character out of its place: each of those that have one. @see RFC 5892, appendix A.3 to A.9 */
const OUT_OF_PLACE: readonly RegExp[] = [
  /(?<!l)\u00b7|\u00b7(?!l)/u,
  /\u0375(?!\p{Script=Greek})/u,
  /(?<!\p{Script=Hebrew})[\u05f3\u05f4]/u,
  /^(?!.*[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]).*\u30fb/u,
  /[\u0660-\u0669].*[\u06f0-\u06f9]|[\u06f0-\u06f9].*[\u0660-\u0669]/u,
];

/** Whether an A-label is that of a name (RFC 5890 §2.3.2.1): it has one, is how that is written, and the name is allowed. */
const isALabel = (label: string): boolean => {
  const name = domainToUnicode(label);
  return (
    domainToASCII(name) === label &&
    /[^!-~]/.test(name) &&
    !/^-|^..--|-$/su.test(name) &&
    NAME_CHARACTERS.test(withoutExceptions(name)) &&
    !DISALLOWED.test(name) &&
    !OUT_OF_PLACE.some((fault) => fault.test(name))
  );
};

const canonicalDomain = (domain: string): string | null => {
  if (!HOST_CHARACTERS.test(withoutExceptions(domain))) return null;
  // Its small letter has a name of its own (RFC 5892 §2.6); older versions of Unicode's mapping made ss of it.
  const ascii = domainToASCII(domain.replaceAll('\u1e9e', '\u00df')).toLowerCase();
  const labels = ascii.split('.');
  const topLevel = ascii.slice(ascii.lastIndexOf('.') + 1);
  // Without a dot it is a local host name; with a numeric last label it is an IPv4 address.
  if (labels.length < 2 || !TOP_LEVEL_LABEL.test(topLevel)) return null;
  return labels.every((label) => LABEL.test(label) && (!label.startsWith('xn--') || isALabel(label))) ? ascii : null;
};

/**
 * The one form of an e-mail address that sign-up, look-up, uniqueness and limits all use.
 *
 * The domain becomes ASCII (IDNA 2008: mapped by UTS 46 through the platform's URL library, its letters by RFC 5892) and both parts ASCII lower case; local
 * parts that differ in anything else stay different. A local part beyond ASCII is refused, because SES cannot
 * deliver to it (docs/adr/0008).
 *
 * @param typed at most {@link EMAIL_ADDRESS_TEXT_MAX_LENGTH} characters
 * @returns the canonical address, or `null` when mail can't be sent to what was given
 * @see RFC 5321 §4.1.2, RFC 5891, RFC 5892
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
