import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKeyringFile } from '../../local/keyring-file.ts';

/**
 * A keyring for one suite. RSA keys take long to make, so the suites of one machine share one that nothing else uses; each gets a
 * copy of its own.
 */
export const testKeyringFile = async (directory: string): Promise<string> => {
  const shared = join(tmpdir(), `keyturn-test-keyring-${process.getuid?.() ?? 0}.json`);
  await ensureKeyringFile(shared);
  const own = join(directory, 'keyring.json');
  await copyFile(shared, own);
  return own;
};
