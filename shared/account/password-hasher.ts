import { timingSafeEqual } from 'node:crypto';
import pLimit from 'p-limit';
import type { Scope } from '../lambda/scope.ts';
import type { Randomness } from '../primitives/clock.ts';
import { type Argon2, loadArgon2 } from './argon2.ts';
import { type Argon2Parameters, readPhcString, TODAYS_KIND, unusablePhc, writePhcString } from './phc-string.ts';

/** Hashing is memory-hard: more at once would exhaust the function's memory. */
const MAX_CONCURRENT_HASHES = 2;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes and verifies passwords that {@link normalizePassword} has passed. */
export interface PasswordHasher {
  /** @returns a PHC string */
  hash(normalizedPassword: string): Promise<string>;
  /**
   * @param phc the stored hash; `null` where there is no account: the same work is done and the answer is `false`
   * @throws Error for a text that is no hash of argon2
   */
  verify(phc: string | null, normalizedPassword: string): Promise<boolean>;
  /** Whether a stored hash was made with weaker parameters than today's, or isn't written as the standard wants it. */
  isOutdated(phc: string): boolean;
  /**
   * Makes the hash that replaces an outdated one: the same hash in the standard's form where only its form is wrong, otherwise a
   * new one. A guess at it never costs less than at the one before.
   *
   * @param normalizedPassword the password of that hash, verified
   * @returns a PHC string
   */
  renew(phc: string, normalizedPassword: string): Promise<string>;
}

/** The cost of one guess, to compare parameters by: OWASP's list of equally strong sets has about the same product throughout. */
const workOf = ({ memoryKiB, iterations }: Argon2Parameters): number => memoryKiB * iterations;

/** Makes the hasher of one process. */
export const makePasswordHasher = ({
  argon2,
  parameters,
  randomness,
}: {
  argon2: Argon2;
  parameters: Argon2Parameters;
  randomness: Randomness;
}): PasswordHasher => {
  const gate = pLimit(MAX_CONCURRENT_HASHES);

  /** The libraries compute the bytes alone: the form of what is stored must not depend on which one does (docs/adr/0023). */
  const hashWith = (cost: Argon2Parameters, password: string): Promise<string> =>
    gate(async () => {
      const hash = { kind: TODAYS_KIND, parameters: cost, salt: randomness.bytes(SALT_BYTES) };
      return writePhcString({ ...hash, digest: await argon2.digest({ ...hash, password, digestBytes: HASH_BYTES }) });
    });

  const decoy = unusablePhc(parameters, randomness);

  /** Weaker, not just different: where parameters went down, no sign-in makes a hash worse than it is. */
  const isWeaker = (stored: Argon2Parameters): boolean =>
    (stored.memoryKiB < parameters.memoryKiB || stored.iterations < parameters.iterations) &&
    workOf(stored) <= workOf(parameters);

  /** @returns the same hash in the standard's form; `null` for one that has to be made anew */
  const asStandard = (phc: string): string | null => {
    const stored = readPhcString(phc);
    return stored?.kind === TODAYS_KIND && !isWeaker(stored.parameters) ? writePhcString(stored) : null;
  };

  return {
    hash: (normalizedPassword) => hashWith(parameters, normalizedPassword),
    verify: async (phc, normalizedPassword) => {
      const matches = await gate(async () => {
        const stored = readPhcString(phc ?? decoy);
        if (!stored) throw new Error('the stored text is no hash of argon2');
        const { digest, ...hash } = stored;
        const presented = await argon2.digest({ ...hash, password: normalizedPassword, digestBytes: digest.length });
        return timingSafeEqual(presented, digest);
      });
      return phc !== null && matches;
    },
    isOutdated: (phc) => asStandard(phc) !== phc,
    renew: async (phc, normalizedPassword) => {
      const stored = readPhcString(phc);
      const dearer = stored && workOf(stored.parameters) > workOf(parameters) ? stored.parameters : parameters;
      return asStandard(phc) ?? hashWith(dearer, normalizedPassword);
    },
  };
};

/** At the operator's cost. The log says once which library hashes, and on which architecture: a hash costs by both. */
export const provideHasher = async (scope: Scope<'passwords.argon2'>): Promise<PasswordHasher> => {
  const argon2 = await loadArgon2();
  scope.log('info', 'password-hasher', { library: argon2.library, architecture: process.arch });
  return makePasswordHasher({ ...scope, argon2, parameters: scope.settings.passwords.argon2 });
};
