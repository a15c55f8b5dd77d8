import { type KeyPurpose, type Keyring, versionOfEncrypted } from '../keyring/keyring.ts';
import type { Randomness } from '../primitives/clock.ts';
import { constantTimeEqual } from '../primitives/digest.ts';

const IV_BYTES = 12;

/** What a code by SMS is for and where it goes: used for anything else it is another code. */
interface SmsCodeBinding {
  verificationId: string;
  /** E.164. */
  phoneNumber: string;
}

/** The same for a code by mail. */
interface EmailCodeBinding {
  verificationId: string;
  /** Canonical. */
  email: string;
}

/**
 * Stored forms of second factors: without the keyring, the tables yield no code. Methods that read a stored form throw
 * KeyringOutdated for an unknown version while the keyring can't be read again.
 */
export interface FactorSecrets {
  /** Encrypts an authenticator app's secret for one account and one app. */
  encryptTotp(secret: Buffer, owner: { accountId: string; appId: string }): string;
  /** @returns `null` for a secret of another account or app */
  decryptTotp(encrypted: string, owner: { accountId: string; appId: string }): Promise<Buffer | null>;
  /** The keyed hash of a recovery code of a new set. @param code canonical */
  hashRecoveryCode(code: string, accountId: string): string;
  /** The same for a set that is stored. @param like one hash of it, whose key version is used */
  hashRecoveryCodeLike(like: string, code: string, accountId: string): Promise<string>;
  hashSmsCode(code: string, bound: SmsCodeBinding): string;
  isSmsCode(hash: string, code: string, bound: SmsCodeBinding): Promise<boolean>;
  hashEmailCode(code: string, bound: EmailCodeBinding): string;
  isEmailCode(hash: string, code: string, bound: EmailCodeBinding): Promise<boolean>;
}

/** Makes them under the keyring's keys. */
export const makeFactorSecrets = ({
  keyring,
  randomness,
}: {
  keyring: Keyring;
  randomness: Randomness;
}): FactorSecrets => {
  /** `<key version>.<HMAC-SHA-256>` */
  const versioned = (purpose: KeyPurpose, data: string, version = keyring.currentVersion()): string =>
    `${version}.${keyring.hmacOfVersion(version, purpose, data)?.toString('base64url') ?? ''}`;
  const versionedLike = async (like: string, purpose: KeyPurpose, data: string): Promise<string> => {
    const version = Number(like.split('.')[0]);
    await keyring.refreshFor(version);
    return versioned(purpose, data, version);
  };
  const ownerOf = ({ accountId, appId }: { accountId: string; appId: string }): string => `${accountId}/${appId}`;
  const boundToAccount = (code: string, accountId: string): string => `${accountId}/${code}`;
  const boundCode = (code: string, { verificationId, phoneNumber }: SmsCodeBinding): string =>
    `${verificationId}/${phoneNumber}/${code}`;
  const boundToAddress = (code: string, { verificationId, email }: EmailCodeBinding): string =>
    JSON.stringify([verificationId, email, code]);
  const isVersioned = async (hash: string, purpose: KeyPurpose, data: string): Promise<boolean> =>
    !hash.endsWith('.') && constantTimeEqual(await versionedLike(hash, purpose, data), hash);

  return {
    encryptTotp: (secret, owner) => keyring.encrypt('totp-secret', secret, ownerOf(owner), randomness.bytes(IV_BYTES)),
    decryptTotp: async (encrypted, owner) => {
      await keyring.refreshFor(versionOfEncrypted(encrypted));
      return keyring.decrypt('totp-secret', encrypted, ownerOf(owner));
    },
    hashRecoveryCode: (code, accountId) => versioned('recovery-code', boundToAccount(code, accountId)),
    hashRecoveryCodeLike: (like, code, accountId) =>
      versionedLike(like, 'recovery-code', boundToAccount(code, accountId)),
    hashSmsCode: (code, bound) => versioned('sms-code', boundCode(code, bound)),
    isSmsCode: (hash, code, bound) => isVersioned(hash, 'sms-code', boundCode(code, bound)),
    hashEmailCode: (code, bound) => versioned('email-code', boundToAddress(code, bound)),
    isEmailCode: (hash, code, bound) => isVersioned(hash, 'email-code', boundToAddress(code, bound)),
  };
};
