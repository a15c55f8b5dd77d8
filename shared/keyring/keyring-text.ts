import { type KeyringDocument, keyringDocument } from './keyring.ts';

/** What is stored should be a keyring and is not; says nothing of what it is. */
class KeyringBroken extends Error {
  override readonly name = 'KeyringBroken';
}

/** The secret waits for its first rotation; a moment later the keyring is there. */
export class KeyringNotReady extends Error {
  override readonly name = 'KeyringNotReady';
}

/** The words that a keyring is written with: a text that has one of them was a keyring once, whatever became of it. */
const WORDS_OF_A_KEYRING = /roots|signingKeys|privateKey/i;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeyringBroken(); // JSON.parse's own error quotes the text
  }
};

/**
 * Reads a stored keyring.
 *
 * @returns `null` for the placeholder that a new secret holds: a JSON object with no word of a keyring in it. Half a keyring, or text
 * that nobody can read, is not taken for one, because what is taken for a placeholder is written over.
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
