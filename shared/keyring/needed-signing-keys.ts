import { SUPERSEDED_KEPT_SECONDS } from './keyring-times.ts';

/**
 * The signing keys that may have signed an unexpired token, and future ones. Dropping older keys limits what a stolen
 * one can forge.
 *
 * @param nowSeconds seconds since the Unix epoch
 */
export const neededSigningKeys = <Key extends { activeFromEpochSeconds: number }>(
  signingKeys: readonly Key[],
  nowSeconds: number,
): Key[] =>
  signingKeys.filter(({ activeFromEpochSeconds }) => {
    const later = signingKeys.filter((key) => key.activeFromEpochSeconds > activeFromEpochSeconds);
    return later.every((key) => key.activeFromEpochSeconds + SUPERSEDED_KEPT_SECONDS > nowSeconds);
  });
