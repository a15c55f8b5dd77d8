/** The default alphabet in the order of its table, without the escape. @see 3GPP TS 23.038 §6.2.1 */
const DEFAULT_ALPHABET =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Characters that need an escape. @see 3GPP TS 23.038 §6.2.1.1 */
const EXTENSION_TABLE = '\f^{}\\[~]|€';

const SEPTETS: ReadonlyMap<string, 1 | 2> = new Map([
  ...Array.from(DEFAULT_ALPHABET, (character) => [character, 1] as const),
  ...Array.from(EXTENSION_TABLE, (character) => [character, 2] as const),
]);

/**
 * Septets of a character in the GSM alphabet.
 *
 * @param character one code point
 * @returns `null` when it isn't in the alphabet: one such character makes the whole message UCS-2
 */
export const gsmSeptets = (character: string): 1 | 2 | null => SEPTETS.get(character) ?? null;
