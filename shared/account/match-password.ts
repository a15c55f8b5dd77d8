import type { PasswordHasher } from './password-hasher.ts';
import { normalizePassword } from './password-policy.ts';

/**
 * Compares a typed password with a hash. What no keyboard sends matches none, and costs no hash.
 *
 * @param phc `null` where no attempt is left: a decoy is hashed, so that the time of an answer doesn't tell of the lock (CWE-208)
 */
export const matchPassword = async (
  hasher: Pick<PasswordHasher, 'verify'>,
  { typed, phc }: { typed: string; phc: string | null },
): Promise<boolean> => {
  const password = normalizePassword(typed);
  return password !== null && hasher.verify(phc, password);
};
