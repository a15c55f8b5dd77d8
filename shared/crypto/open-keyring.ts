import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../domain/clock.ts';
import { type KeyringUpkeep, keepKeyring, type LogNotRead } from './keep-keyring.ts';
import { type Keyring, makeKeyring, versionOfEncrypted } from './keyring.ts';
import { KeyringOutdated } from './keyring-outdated.ts';
import { KeyringNotReady, readKeyringText } from './keyring-text.ts';
import { loadSecretReader } from './load-secret-reader.ts';

/** @returns reads what is stored there at the time */
const openText = async (reference: string): Promise<() => Promise<string>> => {
  if (reference.startsWith('arn:')) return (await loadSecretReader()).openSecretReader(reference);
  if (reference.startsWith('file:')) return () => readFile(fileURLToPath(reference), 'utf8');
  throw new Error("KEYRING must be a secret's ARN or a file: URL");
};

/**
 * Opens the keyring for the life of a function: read during init, held in memory, read again when it has grown old. A failed
 * re-read keeps the keys at hand, for a keyring that can't be reached must not sign people out.
 *
 * @param config.keyring where it is: a secret's ARN, or `file:/path` on a laptop; `null` for a flow whose contract doesn't ask for it
 * @param upkeep where it asks for its part of what is done around each call
 * @throws KeyringNotReady before the first rotation, KeyringBroken, SecretUnavailable, SecretRefused, or why a file can't be read
 */
export const openKeyring = async ({
  config: { keyring: reference },
  clock,
  log,
  upkeep,
}: {
  config: { keyring: string | null };
  clock: Clock;
  log: LogNotRead;
  upkeep: { add(chore: KeyringUpkeep): void };
}): Promise<Keyring> => {
  if (reference === null) throw new Error('the contract does not ask for the keyring');
  const readText = await openText(reference);
  const read = async (): Promise<Keyring> => {
    const document = readKeyringText(await readText());
    if (!document) throw new KeyringNotReady();
    return makeKeyring(document, clock.nowSeconds);
  };
  const kept = keepKeyring({ first: await read(), read, clock, log });
  const { latest } = kept;
  upkeep.add(kept);

  /** What was made with this version may be good, and this process too old to tell. */
  const isTooYoung = (version: number): boolean => version > latest().newestVersion() && !kept.isTrusted();
  const comeBack = (): never => {
    void kept.lookAgain(); // and the 503 waits for it: who comes back finds the key
    throw new KeyringOutdated();
  };

  return {
    currentVersion: () => latest().currentVersion(),
    newestVersion: () => latest().newestVersion(),
    supersededForSeconds: (version) => latest().supersededForSeconds(version),
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
    publicKey: async (kid) => {
      const known = await latest().publicKey(kid);
      if (known || kept.isTrusted()) return known;
      await kept.lookAgain();
      const found = await latest().publicKey(kid);
      if (!found && !kept.isTrusted()) throw new KeyringOutdated(); // it was not to be read: nobody can tell
      return found;
    },
  };
};
