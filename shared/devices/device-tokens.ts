import type { Keyring } from '../keyring/keyring.ts';
import { KeyringOutdated } from '../keyring/keyring-outdated.ts';
import { signOpaque, verifyOpaque } from '../keyring/sign-opaque.ts';
import { OPAQUE_KINDS } from '../keyring/token-kinds.ts';
import { uuidBytes, uuidText } from '../primitives/uuid-bytes.ts';

const KIND = OPAQUE_KINDS['device-token'];

const OFFSET = { device: 0, account: 16, epoch: 32 };

/** What a device token names: a device on which a sign-in of the account was complete, second factor included. */
export interface DeviceToken {
  deviceId: string;
  accountId: string;
  /** The account's at that sign-in, 0…2^32-1: what ends sessions by force ends the token. */
  epoch: number;
}

/**
 * Makes and reads device tokens. Each is bound to its account's address, so one of another account is told without a read, and
 * costs as much as none.
 */
export interface DeviceTokens {
  /** @param email the account's, canonical */
  write(token: DeviceToken, email: string): string;
  /**
   * Whether the account knows the device still is for its row to say.
   *
   * @param text `null` where none came
   * @param email canonical
   * @returns `null` for what was never issued for an account of this address, and for one of a key that can't be read at the
   * moment: without it a request goes on as without a token
   */
  read(text: string | null, email: string): Promise<DeviceToken | null>;
}

/** Makes them under the keyring's keys. */
export const makeDeviceTokens = ({ keyring }: { keyring: Keyring }): DeviceTokens => {
  const verified = async (text: string, email: string): Promise<Buffer | null> => {
    try {
      return await verifyOpaque(keyring, KIND, text, email);
    } catch (error) {
      if (error instanceof KeyringOutdated) return null;
      throw error;
    }
  };

  return {
    write: ({ deviceId, accountId, epoch }, email) => {
      const bytes = Buffer.alloc(KIND.payloadBytes);
      uuidBytes(deviceId).copy(bytes, OFFSET.device);
      uuidBytes(accountId).copy(bytes, OFFSET.account);
      bytes.writeUInt32BE(epoch, OFFSET.epoch);
      return signOpaque(keyring, KIND, bytes, email);
    },
    read: async (text, email) => {
      const bytes = text === null ? null : await verified(text, email);
      return (
        bytes && {
          deviceId: uuidText(bytes.subarray(OFFSET.device, OFFSET.account)),
          accountId: uuidText(bytes.subarray(OFFSET.account, OFFSET.epoch)),
          epoch: bytes.readUInt32BE(OFFSET.epoch),
        }
      );
    },
  };
};
