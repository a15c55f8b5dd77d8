import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyringDocument } from '../../shared/keyring/keyring.ts';

type SigningKeyEntry = KeyringDocument['signingKeys'][number];

/** A signing key for a keyring document; smaller than a real one, which takes long to make. */
export const newSigningKey = (kid: string, activeFromEpochSeconds = 0): SigningKeyEntry => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    kid,
    activeFromEpochSeconds,
    privateKey: privateKey.export({ format: 'jwk' }) as SigningKeyEntry['privateKey'],
  };
};

/** A root for a keyring document. */
export const newRoot = (version: number): KeyringDocument['roots'][number] => ({
  version,
  secret: randomBytes(32).toString('base64url'),
});
