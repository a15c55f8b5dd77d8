import type { Randomness } from '../primitives/clock.ts';
import { oneTimeTokenOf } from '../primitives/one-time-token.ts';
import type { KeyPurpose, Keyring } from './keyring.ts';

/** What a derived secret is for, and where it goes. For anything else it is another secret. */
export interface SecretBinding {
  purpose: Extract<
    KeyPurpose,
    | 'recovery-token'
    | 'sign-in-link'
    | 'sign-up-token'
    | 'email-change-token'
    | 'email-code-value'
    | 'email-proof-token'
    | 'factor-reset-token'
    | 'sms-code-value'
    | 'undo-token'
    | 'recovery-veto'
    | 'sign-in-veto'
    | 'deletion-token'
    | 'export-token'
  >;
  /** Names the row that keeps the salt. */
  row: string;
  /** The account's epoch; `null` without an account. */
  epoch: number | null;
  /** The address or number that it is sent to. */
  destination: string;
}

/**
 * Secrets that go out by mail and SMS. Each is a MAC over its binding and a random salt, so the same row gives the same secret as
 * often as it is sent, and no secret is ever stored. The tables alone lack the key, and the keyring alone lacks the salt.
 *
 * Methods that read a salt give `null` for one that this service did not write, or whose key is in the keyring no more, and throw
 * KeyringOutdated for an unknown version while the keyring can't be read again.
 */
export interface DerivedSecrets {
  /** 256 fresh random bits, to be stored in the row; it names the version of the key of that moment. */
  newSalt(): string;
  /** 26 characters of Crockford base32: 130 bits of the MAC. */
  token(salt: string, binding: SecretBinding): Promise<string | null>;
  /** 6 digits, all of them equally likely; leading zeros stay. */
  code(salt: string, binding: SecretBinding): Promise<string | null>;
}

const SALT_BYTES = 32;
const SALT = /^(\d{1,3})\.[\w-]{43}$/;

const CODE_DIGITS = 6;
const CODES = 10 ** CODE_DIGITS;
const WORD_BYTES = 4;
/** Words from here on are left out: with them, the codes below 967,296 would be likelier than the rest. */
const WORDS_END = 2 ** (8 * WORD_BYTES) - (2 ** (8 * WORD_BYTES) % CODES);

/** @returns `null` where each of the words would make a code likelier than another */
const codeIn = (mac: Buffer): string | null => {
  for (let offset = 0; offset < mac.length; offset += WORD_BYTES) {
    const word = mac.readUInt32BE(offset);
    if (word < WORDS_END) return String(word % CODES).padStart(CODE_DIGITS, '0');
  }
  return null;
};

/** Makes them under the keyring's keys. A root stays in the keyring, so a salt yields its secret after any rotation. */
export const makeDerivedSecrets = ({
  keyring,
  randomness,
}: {
  keyring: Pick<Keyring, 'currentVersion' | 'hmacOfVersion' | 'refreshFor'>;
  randomness: Randomness;
}): DerivedSecrets => {
  /** MACs of one binding, numbered from 0. JSON keeps its parts apart, also where they hold separators. */
  const macsOf = async (salt: string, { purpose, row, epoch, destination }: SecretBinding) => {
    const version = Number(SALT.exec(salt)?.[1] ?? Number.NaN);
    if (Number.isNaN(version)) return null;
    await keyring.refreshFor(version);
    return (index: number) =>
      keyring.hmacOfVersion(version, purpose, JSON.stringify([purpose, row, epoch, destination, salt, index]));
  };

  return {
    newSalt: () => `${keyring.currentVersion()}.${randomness.bytes(SALT_BYTES).toString('base64url')}`,
    token: async (salt, binding) => {
      const mac = (await macsOf(salt, binding))?.(0);
      return mac ? oneTimeTokenOf(mac) : null;
    },
    code: async (salt, binding) => {
      const macs = await macsOf(salt, binding);
      for (let index = 0; ; index += 1) {
        const mac = macs?.(index);
        if (!mac) return null;
        const code = codeIn(mac);
        if (code !== null) return code;
      }
    },
  };
};
