import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { KNOWN_EVERYWHERE_AFTER_SECONDS, VERIFIERS_CACHE_SECONDS } from '../../shared/keyring/keyring-times.ts';
import { neededSigningKeys } from '../../shared/keyring/needed-signing-keys.ts';
import { RotationRefused } from '../../shared/keyring/rotation-refused.ts';

const DIGEST = 'sha256';
const SAMPLE = Buffer.from('keyturn');

/** Whether the newest signing key signs what its published half verifies. */
const newestKeyWorks = (document: KeyringDocument): boolean => {
  const keyring = makeKeyring(document);
  const { kid, privateKey } = keyring.signingKey(Number.POSITIVE_INFINITY);
  const published = keyring.publicKeys().find((key) => key.kid === kid);
  if (!published) return false;
  try {
    const signature = sign(DIGEST, SAMPLE, createPrivateKey({ key: privateKey, format: 'jwk' }));
    return verify(DIGEST, SAMPLE, createPublicKey({ key: { ...published }, format: 'jwk' }), signature);
  } catch {
    return false; // parts that make no key; OpenSSL's own error could name them
  }
};

const lacks = <Entry>(entries: readonly Entry[], wanted: readonly Entry[]): boolean =>
  wanted.some((entry) => !entries.some((other) => isDeepStrictEqual(other, entry)));

/** Whether a key that is new in a keyring would be used before all who must know it can. */
const comesTooLate = (current: KeyringDocument, next: KeyringDocument, nowSeconds: number): boolean => {
  const soonestRoot = nowSeconds + KNOWN_EVERYWHERE_AFTER_SECONDS;
  const soonestKey = soonestRoot + VERIFIERS_CACHE_SECONDS;
  return (
    next.roots.some(
      ({ version, activeFromEpochSeconds = 0 }) =>
        activeFromEpochSeconds < soonestRoot && !current.roots.some((root) => root.version === version),
    ) ||
    next.signingKeys.some(
      ({ kid, activeFromEpochSeconds }) =>
        activeFromEpochSeconds < soonestKey && !current.signingKeys.some((key) => key.kid === kid),
    )
  );
};

/**
 * Makes sure that a keyring may take another's place.
 *
 * @param current `null` where there is none yet: the first keyring is in use at once
 * @param nowSeconds seconds since the Unix epoch
 * @throws RotationRefused `root-lost`, `signing-key-lost`, `signing-key-unusable` or `too-late`
 */
export const checkRotation = ({
  current,
  next,
  nowSeconds,
}: {
  current: KeyringDocument | null;
  next: KeyringDocument;
  nowSeconds: number;
}): void => {
  if (!newestKeyWorks(next)) throw new RotationRefused('signing-key-unusable');
  if (!current) return;
  if (lacks(next.roots, current.roots)) throw new RotationRefused('root-lost');
  if (lacks(next.signingKeys, neededSigningKeys(current.signingKeys, nowSeconds))) {
    throw new RotationRefused('signing-key-lost');
  }
  if (comesTooLate(current, next, nowSeconds)) throw new RotationRefused('too-late');
};
