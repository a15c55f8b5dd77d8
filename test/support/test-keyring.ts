import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKeyringFile } from '../../local/keyring-file.ts';
import type { KeyringDocument } from '../../shared/keyring/keyring.ts';

/**
 * A keyring for one suite. Making RSA keys is slow, so all suites of a machine copy one that is used for nothing else.
 *
 * @param rootSecret replaces its root secret, base64url
 */
export const testKeyringFile = async (directory: string, rootSecret?: string): Promise<string> => {
  const shared = join(tmpdir(), `keyturn-test-keyring-${process.getuid?.() ?? 0}.json`);
  await ensureKeyringFile(shared);
  const document = JSON.parse(await readFile(shared, 'utf8')) as KeyringDocument;
  if (rootSecret !== undefined) document.roots = [{ version: 1, secret: rootSecret }];
  const own = join(directory, 'keyring.json');
  await writeFile(own, JSON.stringify(document));
  return own;
};
