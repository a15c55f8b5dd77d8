const ENCODED_WORD = /=\?.*\?/s;

/**
 * Whether a text has an encoded word in it, or the beginning of one. Mail software decodes them also where they have no meaning, as in
 * an address (RFC 2047 §5), and then sees another text than we checked: other characters, an @ or a blank among them.
 *
 * @see RFC 2047 §2
 */
export const hasEncodedWord = (text: string): boolean => ENCODED_WORD.test(text);
