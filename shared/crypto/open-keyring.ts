import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../domain/clock.ts';
import { type Keyring, makeKeyring, versionOfEncrypted } from './keyring.ts';
import { KeyringOutdated } from './keyring-outdated.ts';
import { KeyringNotReady, readKeyringText } from './keyring-text.ts';
import { RE_READ_AFTER_SECONDS } from './keyring-times.ts';
import { loadSecretReader } from './load-secret-reader.ts';

/** A rotated key reaches every running function within this time; new keys are published long before they are used. */
const RE_READ_AFTER_MS = RE_READ_AFTER_SECONDS * 1000;

/**
 * A process that was frozen may meet a version that is younger than its keyring. It asks the caller to come back instead of
 * taking a good token for a bad one; that it asks no more often than this keeps invented versions from costing anything.
 */
const TRUSTED_MS = 60 * 1000;

/** @returns reads what is stored there at the time */
const openText = async (reference: string): Promise<() => Promise<string>> => {
  if (reference.startsWith('arn:')) return (await loadSecretReader()).openSecretReader(reference);
  if (reference.startsWith('file:')) return () => readFile(fileURLToPath(reference), 'utf8');
  throw new Error("KEYRING must be a secret's ARN or a file: URL");
};

/**
 * Opens the keyring for the life of a function: read during init, held in memory, read again in the background when it
 * has grown old. A failed re-read keeps the keys at hand, for a keyring that can't be reached must not sign people out.
 *
 * @param config.keyring where it is: a secret's ARN, or `file:/path` on a laptop; `null` for a flow whose contract doesn't ask for it
 * @throws KeyringNotReady before the first rotation, KeyringBroken, SecretUnavailable, SecretRefused, or why a file can't be read
 */
export const openKeyring = async ({
  config: { keyring: reference },
  clock,
}: {
  config: { keyring: string | null };
  clock: Clock;
}): Promise<Keyring> => {
  if (reference === null) throw new Error('the contract does not ask for the keyring');
  const readText = await openText(reference);
  const read = async (): Promise<Keyring> => {
    const document = readKeyringText(await readText());
    if (!document) throw new KeyringNotReady();
    return makeKeyring(document, clock.nowSeconds);
  };
  let keyring = await read();
  let readAtMs = clock.nowMs();
  let triedAtMs = readAtMs;
  let isReading = false;

  const reRead = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    triedAtMs = clock.nowMs();
    try {
      keyring = await read();
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
  /** What was made with this version may be good, and this process too old to tell. */
  const isTooYoung = (version: number): boolean =>
    version > keyring.newestVersion() && clock.nowMs() - readAtMs > TRUSTED_MS;
  const comeBack = (): never => {
    void reRead();
    throw new KeyringOutdated();
  };

  return {
    currentVersion: () => latest().currentVersion(),
    newestVersion: () => latest().newestVersion(),
    hmac: (purpose, data) => latest().hmac(purpose, data),
    hmacOfVersion: (version, purpose, data) => {
      const mac = latest().hmacOfVersion(version, purpose, data);
      return mac === null && isTooYoung(version) ? comeBack() : mac;
    },
    encrypt: (purpose, plain, boundTo, iv) => latest().encrypt(purpose, plain, boundTo, iv),
    decrypt: (purpose, encrypted, boundTo) => {
      const plain = latest().decrypt(purpose, encrypted, boundTo);
      return plain === null && isTooYoung(versionOfEncrypted(encrypted)) ? comeBack() : plain;
    },
    signingKey: (nowSeconds) => latest().signingKey(nowSeconds),
    publicKeys: () => latest().publicKeys(),
  };
};
