import { oneLine } from '../one-line.ts';

/** RFC 2047 §2: an encoded word has at most 75 characters. 45 bytes are 60 in base64, plus 12 around them. */
const ENCODED_WORD_MAX_BYTES = 45;

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`;

/** Splits only between characters: each encoded word must be decodable alone (RFC 2047 §5). */
const encodedWords = (text: string): string => {
  const pieces = [''];
  for (const character of text) {
    const longer = `${pieces.at(-1)}${character}`;
    if (Buffer.byteLength(longer, 'utf8') > ENCODED_WORD_MAX_BYTES) pieces.push(character);
    else pieces[pieces.length - 1] = longer;
  }
  return pieces.map(encodedWord).join(' ');
};

const displayName = (name: string): string => {
  // A plain name that looks like an encoded word is encoded, or else mail programs would decode it.
  if (!PRINTABLE_ASCII.test(name) || name.includes('=?')) return encodedWords(name);
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
};

/**
 * Formats a mailbox for a header: a quoted name, or an encoded one where it isn't plain ASCII.
 *
 * @param name any text; line ends and control characters are removed (header injection)
 * @param address canonical
 * @see RFC 5322 §3.4, RFC 2047 §5
 */
export const mailboxHeader = ({ name, address }: { name: string; address: string }): string => {
  const line = oneLine(name);
  return line ? `${displayName(line)} <${address}>` : address;
};
