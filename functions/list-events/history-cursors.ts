import type { Keyring } from '../../shared/keyring/keyring.ts';
import { signOpaque, verifyOpaque } from '../../shared/keyring/sign-opaque.ts';
import { OPAQUE_KINDS } from '../../shared/keyring/token-kinds.ts';

const KIND = OPAQUE_KINDS['history-cursor'];

/** Makes and reads places in a history, as clients keep them: each is good for one account alone. */
export interface HistoryCursors {
  /** @param place the time and the end of an entry's sort key */
  write(accountId: string, place: string): string;
  /**
   * @returns `null` for what was never issued to this account, or too long ago
   * @throws KeyringOutdated as verifyOpaque does
   */
  read(accountId: string, text: string): Promise<string | null>;
}

/** Makes them under the keyring's keys. */
export const makeHistoryCursors = ({ keyring }: { keyring: Keyring }): HistoryCursors => ({
  write: (accountId, place) => signOpaque(keyring, KIND, Buffer.from(place, 'latin1'), accountId),
  read: async (accountId, text) => (await verifyOpaque(keyring, KIND, text, accountId))?.toString('latin1') ?? null,
});
