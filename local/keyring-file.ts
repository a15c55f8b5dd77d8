import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { chmod, link, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeyringDocument } from '../shared/keyring/keyring.ts';
import { makeKeyringMaterial } from '../shared/keyring/keyring-material.ts';
import { readKeyringText } from '../shared/keyring/keyring-text.ts';
import { makeFirstKeyring } from '../shared/keyring/rotate-keyring.ts';
import { errorName } from '../shared/primitives/error-name.ts';
import { csprng } from '../shared/primitives/randomness.ts';
import { beginAnew, fileTrouble } from './file-trouble.ts';

const OWNER_ONLY = 0o600;

const DAMAGED_KEY = 'a key in it is damaged';

/** A keyring can't be used or is missing where rows need it; the message says what to do. */
export class KeyringUnusable extends Error {
  override readonly name = 'KeyringUnusable';

  constructor({ path, reason }: { path: string; reason: string }) {
    super(
      `The keyring ${path} can't be used: ${reason}. Second factors and sessions in the database can't be read without it, so no other is made in its place. Put a copy of it there, or begin anew: ${beginAnew(dirname(path))}`,
    );
  }
}

/** @returns `null` where there is no such file */
const readText = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new KeyringUnusable({ path, reason: fileTrouble(error) });
  }
  const isLink = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isLink) throw new KeyringUnusable({ path, reason: 'it is a link to a file that is not there' });
  return null;
};

/**
 * Whether what a signing key signs holds under the public half that verifiers are given. A key whose `n` or `e` is damaged can
 * be read and signs; only what it signed is refused everywhere.
 */
const signsWell = ({ privateKey }: KeyringDocument['signingKeys'][number]): boolean => {
  const text = Buffer.from('a text to sign');
  const signature = sign('sha256', text, { key: privateKey, format: 'jwk' });
  const { kty, n, e } = privateKey;
  return verify('sha256', text, createPublicKey({ key: { kty, n, e }, format: 'jwk' }), signature);
};

/** What is wrong with a keyring's text, without quoting it. */
const faultOf = (text: string): string | null => {
  if (text.trim() === '') return 'it is empty';
  try {
    const document = readKeyringText(text);
    if (!document) return 'it is no keyring';
    return document.signingKeys.every(signsWell) ? null : DAMAGED_KEY;
  } catch (error) {
    return errorName(error) === 'KeyringBroken' ? 'it is no keyring, or only a part of one' : DAMAGED_KEY;
  }
};

/**
 * Writes a first keyring atomically, so that stopping the process leaves it whole or absent. An existing one is kept.
 */
const makeKeyring = async (path: string): Promise<void> => {
  const unfinished = `${path}.${randomBytes(8).toString('hex')}.new`; // a name of its own, so that parallel first starts don't collide
  const keyring = await makeFirstKeyring(makeKeyringMaterial({ randomness: csprng }));
  try {
    // Flushed: a power cut must not leave an empty file beside rows that need the keys.
    await writeFile(unfinished, JSON.stringify(keyring, null, 2), { mode: OWNER_ONLY, flag: 'wx', flush: true });
    await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') return rename(unfinished, path); // the file system has no links
    });
  } finally {
    await rm(unfinished, { force: true });
  }
};

/**
 * Makes sure that a laptop's keyring exists: made at the first start, readable by its owner only.
 *
 * @param beforeMaking throws where a keyring must have existed, because rows need it
 * @throws KeyringUnusable
 */
export const ensureKeyringFile = async (
  path: string,
  { beforeMaking = async () => undefined }: { beforeMaking?: () => Promise<void> } = {},
): Promise<void> => {
  const text = await readText(path);
  if (text === null) {
    await beforeMaking();
    return makeKeyring(path);
  }
  const reason = faultOf(text);
  if (reason !== null) throw new KeyringUnusable({ path, reason });
  await chmod(path, OWNER_ONLY);
};
