import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKeyringFile } from '../../local/keyring-file.ts';
import type { KeyringDocument } from '../../shared/keyring/keyring.ts';

/**
 * A keyring for one suite. RSA keys take long to make, so the suites of one machine share one that nothing else uses; each gets a
 * copy of its own.
 *
 * @param rootSecret in place of its root, base64url
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
