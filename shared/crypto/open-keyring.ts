import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../domain/clock.ts';
import { type Keyring, makeKeyring } from './keyring.ts';

/** A rotated key reaches every running function within this time; the next signing key is published long before. */
const RE_READ_AFTER_MS = 5 * 60 * 1000;

const readDocument = async (reference: string): Promise<unknown> => {
  if (!reference.startsWith('file:')) throw new Error('KEYRING must be a file: URL');
  return JSON.parse(await readFile(fileURLToPath(reference), 'utf8'));
};

/**
 * Opens the keyring for the life of a function: read during init, held in memory, read again in the background when it
 * has grown old. A failed re-read keeps the keys at hand, for a keyring that can't be reached must not sign people out.
 *
 * @param config.keyring where it is: `file:/path`; `null` for a flow whose contract doesn't ask for it
 */
export const openKeyring = async ({
  config: { keyring: reference },
  clock,
}: {
  config: { keyring: string | null };
  clock: Clock;
}): Promise<Keyring> => {
  if (reference === null) throw new Error('the contract does not ask for the keyring');
  let keyring = makeKeyring(await readDocument(reference));
  let readAtMs = clock.nowMs();

  const reRead = async (): Promise<void> => {
    try {
      keyring = makeKeyring(await readDocument(reference));
    } catch {
      // The keys at hand stay good; the next reader in five minutes tries again.
    }
  };

  const latest = (): Keyring => {
    if (clock.nowMs() - readAtMs > RE_READ_AFTER_MS) {
      readAtMs = clock.nowMs();
      void reRead();
    }
    return keyring;
  };

  return {
    currentVersion: () => latest().currentVersion(),
    hmac: (purpose, data) => latest().hmac(purpose, data),
    hmacOfVersion: (version, purpose, data) => latest().hmacOfVersion(version, purpose, data),
    signingKey: (nowSeconds) => latest().signingKey(nowSeconds),
    publicKeys: () => latest().publicKeys(),
  };
};
