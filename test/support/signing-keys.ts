import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyringDocument } from '../../shared/keyring/keyring.ts';

type SigningKeyEntry = KeyringDocument['signingKeys'][number];

/** A signing key as a keyring's document has it; smaller than a real one, because making one takes its time. */
export const newSigningKey = (kid: string, activeFromEpochSeconds = 0): SigningKeyEntry => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    kid,
    activeFromEpochSeconds,
    privateKey: privateKey.export({ format: 'jwk' }) as SigningKeyEntry['privateKey'],
  };
};

/** A root as a keyring's document has it. */
export const newRoot = (version: number): KeyringDocument['roots'][number] => ({
  version,
  secret: randomBytes(32).toString('base64url'),
});
