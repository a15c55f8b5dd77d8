import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../domain/clock.ts';
import { type Keyring, makeKeyring } from './keyring.ts';
import { KeyringOutdated } from './keyring-outdated.ts';

/** A rotated key reaches every running function within this time; the next signing key is published long before. */
const RE_READ_AFTER_MS = 5 * 60 * 1000;

/**
 * A process that was frozen may meet a version that is younger than its keyring. It asks the caller to come back instead of
 * taking a good token for a bad one; that it asks no more often than this keeps invented versions from costing anything.
 */
const TRUSTED_MS = 60 * 1000;

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
  let keyring = makeKeyring(await readDocument(reference), clock.nowSeconds);
  let readAtMs = clock.nowMs();
  let triedAtMs = readAtMs;
  let isReading = false;

  const reRead = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    triedAtMs = clock.nowMs();
    try {
      keyring = makeKeyring(await readDocument(reference), clock.nowSeconds);
      readAtMs = clock.nowMs();
    } catch {
      // The keys at hand stay good; whoever asks in five minutes tries again.
    } finally {
      isReading = false;
    }
  };
  const latest = (): Keyring => {
    if (clock.nowMs() - triedAtMs > RE_READ_AFTER_MS) void reRead();
    return keyring;
  };

  return {
    currentVersion: () => latest().currentVersion(),
    newestVersion: () => latest().newestVersion(),
    hmac: (purpose, data) => latest().hmac(purpose, data),
    hmacOfVersion: (version, purpose, data) => {
      const mac = latest().hmacOfVersion(version, purpose, data);
      if (mac === null && version > keyring.newestVersion() && clock.nowMs() - readAtMs > TRUSTED_MS) {
        void reRead();
        throw new KeyringOutdated();
      }
      return mac;
    },
    encrypt: (purpose, plain, boundTo, iv) => latest().encrypt(purpose, plain, boundTo, iv),
    decrypt: (purpose, encrypted, boundTo) => latest().decrypt(purpose, encrypted, boundTo),
    signingKey: (nowSeconds) => latest().signingKey(nowSeconds),
    publicKeys: () => latest().publicKeys(),
  };
};
