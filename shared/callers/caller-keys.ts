import { openStoredText } from '../aws/open-stored-text.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { isGeneratedSecret } from '../settings/generated-secret.ts';

/** A stored value is no secret: after overwriting it, the operator has to raise `secretGeneration` and deploy. */
class CallerSecretBroken extends Error {
  override readonly name = 'CallerSecretBroken';
}

/**
 * The secrets of trusted callers. Each is read when a signature names it for the first time, and then never again: a secret of a
 * generation doesn't change.
 *
 * @param places where each is, by key
 * @returns gives the secret of a key, `null` where there is no such key; throws SecretUnavailable, SecretRefused, CallerSecretBroken
 */
export const makeCallerKeys = (
  places: ReadonlyMap<string, string>,
  parts: { clock: Clock; randomness: Randomness },
): ((keyId: string) => Promise<string | null>) => {
  const readings = new Map<string, Promise<string>>();

  const read = async (reference: string): Promise<string> => {
    const secret = (await openStoredText(reference, parts)()).text.trim();
    if (!isGeneratedSecret(secret)) throw new CallerSecretBroken();
    return secret;
  };

  return async (keyId) => {
    const reference = places.get(keyId);
    if (reference === undefined) return null;
    const reading = readings.get(keyId) ?? read(reference);
    readings.set(keyId, reading);
    try {
      return await reading;
    } catch (error) {
      readings.delete(keyId);
      throw error;
    }
  };
};
