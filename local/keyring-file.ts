import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { makeKeyringMaterial } from '../shared/crypto/keyring-material.ts';
import { csprng } from '../shared/crypto/randomness.ts';
import { makeFirstKeyring } from '../shared/crypto/rotate-keyring.ts';

const OWNER_ONLY = 0o600;

/** Makes sure that a laptop's keyring is there: made at the first start, readable by its owner only. */
export const ensureKeyringFile = async (path: string): Promise<void> => {
  try {
    await readFile(path);
    await chmod(path, OWNER_ONLY);
  } catch {
    const unfinished = `${path}.${randomBytes(8).toString('hex')}.new`; // of several first starts none is in another's way
    const keyring = await makeFirstKeyring(makeKeyringMaterial({ randomness: csprng }));
    await writeFile(unfinished, JSON.stringify(keyring, null, 2), { mode: OWNER_ONLY });
    await rename(unfinished, path); // never half a keyring, whenever we are stopped
  }
};
