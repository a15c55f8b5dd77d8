import type { Randomness } from '../domain/clock.ts';
import { constantTimeEqual } from './digest.ts';
import type { KeyPurpose, Keyring } from './keyring.ts';

const IV_BYTES = 12;

/** What a code by SMS is for and where it goes: used for anything else it is another code. */
export interface SmsCodeBinding {
  verificationId: string;
  /** E.164. */
  phoneNumber: string;
}

/** What is kept of second factors. Whoever reads the tables without the keyring can't make a code of it. */
export interface FactorSecrets {
  /** Encrypts an authenticator app's secret for one account and one app. */
  sealTotp(secret: Buffer, owner: { accountId: string; appId: string }): string;
  /** @returns `null` for a secret of another account or app */
  openTotp(sealed: string, owner: { accountId: string; appId: string }): Buffer | null;
  /**
   * The keyed hash of a recovery code.
   * @param code canonical
   * @param like a hash of the same set, whose key version is to be used; left out for a new set
   */
  hashRecoveryCode(code: string, accountId: string, like?: string): string;
  hashSmsCode(code: string, bound: SmsCodeBinding): string;
  isSmsCode(hash: string, code: string, bound: SmsCodeBinding): boolean;
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
  const versioned = (purpose: KeyPurpose, data: string, like = `${keyring.currentVersion()}.`): string => {
    const [version = ''] = like.split('.');
    const mac = keyring.hmacOfVersion(Number(version), purpose, data);
    return `${version}.${mac?.toString('base64url') ?? ''}`;
  };
  const ownerOf = ({ accountId, appId }: { accountId: string; appId: string }): string => `${accountId}/${appId}`;
  const boundCode = (code: string, { verificationId, phoneNumber }: SmsCodeBinding): string =>
    `${verificationId}/${phoneNumber}/${code}`;

  return {
    sealTotp: (secret, owner) => keyring.encrypt('totp-secret', secret, ownerOf(owner), randomness.bytes(IV_BYTES)),
    openTotp: (sealed, owner) => keyring.decrypt('totp-secret', sealed, ownerOf(owner)),
    hashRecoveryCode: (code, accountId, like) => versioned('recovery-code', `${accountId}/${code}`, like),
    hashSmsCode: (code, bound) => versioned('sms-code', boundCode(code, bound)),
    isSmsCode: (hash, code, bound) =>
      !hash.endsWith('.') && constantTimeEqual(versioned('sms-code', boundCode(code, bound), hash), hash),
  };
};
