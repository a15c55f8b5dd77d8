import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadSecretReader } from './load-secret-reader.ts';

/**
 * Opens a text that is kept outside of the environment: in Secrets Manager, or in a file on a laptop.
 *
 * @param reference a secret's ARN, or a `file:` URL
 * @returns reads what is stored there at the time; throws SecretRefused, SecretUnavailable, or why a file can't be read
 * @throws Error for another reference
 */
export const openStoredText = async (reference: string): Promise<() => Promise<string>> => {
  if (reference.startsWith('arn:')) return (await loadSecretReader()).openSecretReader(reference);
  if (reference.startsWith('file:')) return () => readFile(fileURLToPath(reference), 'utf8');
  throw new Error("a stored text is named by a secret's ARN or a file: URL");
};
