import { openStoredText } from '../aws/open-stored-text.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { type Keyring, makeKeyring } from './keyring.ts';
import { KeyringOutdated } from './keyring-outdated.ts';
import { KeyringNotReady, readKeyringText } from './keyring-text.ts';
import { type KeyringHook, type LogNotRead, makeRefreshingKeyring } from './refreshing-keyring.ts';

/**
 * Opens the keyring for the life of a function: read during init, held in memory, read again when it has grown old. A failed
 * re-read keeps the keys at hand, for a keyring that can't be reached must not sign people out.
 *
 * @param config.keyring where it is: a secret's ARN, or `file:/path` on a laptop; `null` for a flow whose contract doesn't ask for it
 * @param hooks runs the re-read of the keyring around each call
 * @param longestWaitMs of a request for a re-read, in milliseconds; two seconds unless set
 * @throws KeyringNotReady before the first rotation, KeyringBroken, SecretUnavailable, SecretRefused, or why a file can't be read
 */
export const openKeyring = async ({
  config: { keyring: reference },
  clock,
  randomness,
  log,
  hooks,
  longestWaitMs,
}: {
  config: { keyring: string | null };
  clock: Clock;
  randomness: Randomness;
  log: LogNotRead;
  hooks: { add(hook: KeyringHook): void };
  longestWaitMs?: number;
}): Promise<Keyring> => {
  if (reference === null) throw new Error('the contract does not ask for the keyring');
  const readText = openStoredText(reference, { clock, randomness });
  const read = async (): Promise<Keyring> => {
    const { text, storedAtEpochSeconds: storedAt } = await readText();
    const document = readKeyringText(text);
    if (!document) throw new KeyringNotReady();
    const ageSeconds = () => (storedAt === null ? null : clock.nowSeconds() - storedAt);
    return { ...makeKeyring(document, clock.nowSeconds), ageSeconds };
  };
  const kept = makeRefreshingKeyring({ first: await read(), read, clock, log, longestWaitMs });
  const { latest } = kept;
  hooks.add(kept);

  /**
   * Looks for something in the keys at hand and, where it isn't there, in the stored keyring: it may be newer than this process
   * knows. Clients can invent names and versions, so a keyring that was read within the last minute is taken to be complete.
   */
  const find = async <Found>(look: () => Found | null | Promise<Found | null>): Promise<Found | null> => {
    const known = await look();
    if (known !== null || kept.isTrusted()) return known;
    await kept.refresh();
    const found = await look();
    if (found === null && !kept.isTrusted()) throw new KeyringOutdated(); // it could not be read
    return found;
  };

  return {
    currentVersion: () => latest().currentVersion(),
    newestVersion: () => latest().newestVersion(),
    ageSeconds: () => latest().ageSeconds(),
    refreshFor: async (version) => {
      // Versions only rise: no other than a higher one can be new.
      await find(() => (version > latest().newestVersion() ? null : version));
    },
    supersededForSeconds: (version) => latest().supersededForSeconds(version),
    hmac: (purpose, data) => latest().hmac(purpose, data),
    hmacOfVersion: (version, purpose, data) => latest().hmacOfVersion(version, purpose, data),
    encrypt: (purpose, plain, boundTo, iv) => latest().encrypt(purpose, plain, boundTo, iv),
    decrypt: (purpose, encrypted, boundTo) => latest().decrypt(purpose, encrypted, boundTo),
    signingKey: (nowSeconds) => latest().signingKey(nowSeconds),
    publicKeys: () => latest().publicKeys(),
    publicKey: (kid) => find(() => latest().publicKey(kid)),
  };
};
