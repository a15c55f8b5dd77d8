import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { readKeyringText } from '../shared/keyring/keyring-text.ts';
import { KeyringUnusable } from './keyring-file.ts';

const OWNER_ONLY = 0o600;

/** Part of what is stored: another text would take every keyring for another one. */
const LABEL = 'keyturn/keyring-fingerprint';

const FOREIGN_KEYRING = 'it is not the one that the rows in the database were made with';

/** By the oldest root, which every rotation keeps. An HMAC tells two roots apart and says nothing of either. */
const fingerprintOf = (text: string): string | null => {
  const [oldest] = readKeyringText(text)?.roots.toSorted((a, b) => a.version - b.version) ?? [];
  return oldest ? createHmac('sha256', Buffer.from(oldest.secret, 'base64url')).update(LABEL).digest('hex') : null;
};

/** @returns `null` where there is none, or only half of one: a first start may have been interrupted */
const readFingerprint = async (path: string): Promise<string | null> => {
  try {
    const text = await readFile(path, 'utf8');
    return /^[0-9a-f]{64}$/.test(text) ? text : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/**
 * Makes sure that the keyring is the one that the database's rows were made with: with another all looks well, and every second
 * factor is refused. Which one it is lies beside the database since the first start that saw both.
 *
 * @param hasRows asked where it is another: nothing depends on the keyring of an empty database
 * @throws KeyringUnusable, or why the fingerprint's file can't be used
 */
export const checkKeyringFingerprint = async ({
  keyringFile,
  fingerprintFile,
  hasRows,
}: {
  keyringFile: string;
  fingerprintFile: string;
  hasRows: () => Promise<boolean>;
}): Promise<void> => {
  const fingerprint = fingerprintOf(await readFile(keyringFile, 'utf8'));
  const known = await readFingerprint(fingerprintFile);
  if (fingerprint === null || known === fingerprint) return;
  if (known !== null && (await hasRows())) throw new KeyringUnusable({ path: keyringFile, reason: FOREIGN_KEYRING });
  await writeFile(fingerprintFile, fingerprint, { mode: OWNER_ONLY, flush: true });
};
