import type { KeyringDocument } from './keyring.ts';
import type { KeyringMaterial } from './keyring-material.ts';
import { KNOWN_EVERYWHERE_AFTER_SECONDS, ROTATION_MAY_TAKE_SECONDS, VERIFIERS_CACHE_SECONDS } from './keyring-times.ts';
import { neededSigningKeys } from './needed-signing-keys.ts';
import { RotationRefused } from './rotation-refused.ts';

/** An opaque token has one byte for the version of its root. */
const HIGHEST_VERSION = 255;

/** @see Secrets Manager user guide, "Quotas": the length of a secret's value */
const SECRET_MAX_BYTES = 65_536;

/** A first keyring: one root and one signing key, both in use at once, because no older data exists. */
export const makeFirstKeyring = async (material: KeyringMaterial): Promise<KeyringDocument> => ({
  roots: [{ version: 1, secret: material.rootSecret() }],
  signingKeys: [{ ...(await material.signingKey()), activeFromEpochSeconds: 0 }],
});

/**
 * Makes the next keyring: a new root and a new signing key, each in use only after every function and verifier knows
 * it. All roots are kept, because authenticator apps' secrets are encrypted under them; signing keys without unexpired
 * tokens are dropped.
 *
 * @throws RotationRefused `keyring-full`
 */
export const rotateKeyring = async (
  { roots, signingKeys }: KeyringDocument,
  { material, nowSeconds }: { material: KeyringMaterial; nowSeconds: number },
): Promise<KeyringDocument> => {
  const version = Math.max(...roots.map((root) => root.version)) + 1;
  if (version > HIGHEST_VERSION) throw new RotationRefused('keyring-full');
  const knownFrom = nowSeconds + ROTATION_MAY_TAKE_SECONDS + KNOWN_EVERYWHERE_AFTER_SECONDS;
  const next: KeyringDocument = {
    roots: [...roots, { version, secret: material.rootSecret(), activeFromEpochSeconds: knownFrom }],
    signingKeys: [
      ...neededSigningKeys(signingKeys, nowSeconds),
      { ...(await material.signingKey()), activeFromEpochSeconds: knownFrom + VERIFIERS_CACHE_SECONDS },
    ],
  };
  if (Buffer.byteLength(JSON.stringify(next)) > SECRET_MAX_BYTES) throw new RotationRefused('keyring-full');
  return next;
};
