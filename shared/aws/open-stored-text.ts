import { readFile } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { openSecretReader, type StoredText } from './read-secret.ts';

/**
 * Opens a text that is kept outside of the environment: in Secrets Manager, or in a file on a laptop.
 *
 * @param reference a secret's ARN, or a `file:` URL
 * @returns reads what is stored there at the time; throws SecretRefused, SecretUnavailable, or why a file can't be read
 * @throws Error for another reference
 */
export const openStoredText = (
  reference: string,
  parts: { clock: Clock; randomness: Randomness },
): (() => Promise<StoredText>) => {
  if (reference.startsWith('arn:')) return openSecretReader(reference, parts);
  // By a callback: `node:fs/promises` would be loaded at every cold start, for a laptop.
  if (reference.startsWith('file:'))
    return async () => ({
      text: await promisify(readFile)(fileURLToPath(reference), 'utf8'),
      storedAtEpochSeconds: null, // a file that was copied is younger than what is in it
    });
  throw new Error("a stored text is named by a secret's ARN or a file: URL");
};
