/**
 * Errors of what can't get the keyring, by name:
 *
 * - `KeyringNotReady`: the secret waits for its first rotation
 * - `KeyringBroken`: what is stored is no keyring
 * - `KeyringOutdated`: the one at hand lacks a key, and it can't be read again
 * - `SecretUnavailable`, `SecretRefused`: Secrets Manager gives no answer, or refuses
 */
export const KEYRING_FAILURES = [
  'KeyringNotReady',
  'KeyringBroken',
  'KeyringOutdated',
  'SecretUnavailable',
  'SecretRefused',
] as const;
