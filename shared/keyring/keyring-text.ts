import { type KeyringDocument, keyringDocument } from './keyring.ts';

/** The stored text is no keyring; the message does not quote it. */
class KeyringBroken extends Error {
  override readonly name = 'KeyringBroken';
}

/** The secret waits for its first rotation, which ends within moments. */
export class KeyringNotReady extends Error {
  override readonly name = 'KeyringNotReady';
}

/** Words that only a keyring contains: a text with one of them was a keyring once, even if it is damaged now. */
const WORDS_OF_A_KEYRING = /roots|signingKeys|privateKey/i;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeyringBroken(); // JSON.parse's own message quotes the text
  }
};

/**
 * Reads a stored keyring.
 *
 * @returns `null` for the placeholder of a new secret: a JSON object without any word of a keyring. The first rotation
 * overwrites a placeholder, so a damaged keyring or unreadable text must not count as one.
 * @throws KeyringBroken
 */
export const readKeyringText = (text: string): KeyringDocument | null => {
  const stored = parseJson(text);
  const result = keyringDocument.safeParse(stored);
  if (result.success) return result.data;
  const isObject = typeof stored === 'object' && stored !== null && !Array.isArray(stored);
  if (isObject && !WORDS_OF_A_KEYRING.test(JSON.stringify(stored))) return null;
  throw new KeyringBroken();
};
