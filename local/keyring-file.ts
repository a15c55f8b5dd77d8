import { generateKeyPair, randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { KeyringDocument } from '../shared/crypto/keyring.ts';

/** RSA 3072 is good beyond 2030 (NIST SP 800-57 part 1, table 2). */
const MODULUS_BITS = 3072;
const ROOT_BYTES = 32;
const OWNER_ONLY = 0o600;

/** A new keyring: one root, one signing key that is good from now on. */
const newKeyring = async (): Promise<KeyringDocument> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  const jwk = privateKey.export({ format: 'jwk' }) as KeyringDocument['signingKeys'][number]['privateKey'];
  return {
    roots: [{ version: 1, secret: randomBytes(ROOT_BYTES).toString('base64url') }],
    signingKeys: [{ kid: randomBytes(8).toString('base64url'), activeFromEpochSeconds: 0, privateKey: jwk }],
  };
};

/** Makes sure that a laptop's keyring is there: made at the first start, readable by its owner only. */
export const ensureKeyringFile = async (path: string): Promise<void> => {
  try {
    await readFile(path);
    await chmod(path, OWNER_ONLY);
  } catch {
    const unfinished = `${path}.${randomBytes(8).toString('hex')}.new`; // of several first starts none is in another's way
    await writeFile(unfinished, JSON.stringify(await newKeyring(), null, 2), { mode: OWNER_ONLY });
    await rename(unfinished, path); // never half a keyring, whenever we are stopped
  }
};
