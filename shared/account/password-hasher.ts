import { argon2id, hash, verify } from 'argon2';
import pLimit from 'p-limit';
import type { Scope } from '../lambda/scope.ts';
import type { Randomness } from '../primitives/clock.ts';
import { type Argon2Parameters, readPhcString, TODAYS_KIND, writePhcString } from './phc-string.ts';

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
  parameters,
  randomness,
}: {
  parameters: Argon2Parameters;
  randomness: Randomness;
}): PasswordHasher => {
  const gate = pLimit(MAX_CONCURRENT_HASHES);

  /** The library computes the bytes alone: its own string has the parameters in an order that other languages' decoders refuse. */
  const hashWith = (cost: Argon2Parameters, normalizedPassword: string): Promise<string> =>
    gate(async () => {
      const salt = randomness.bytes(SALT_BYTES);
      const digest = await hash(normalizedPassword, {
        type: argon2id,
        memoryCost: cost.memoryKiB,
        timeCost: cost.iterations,
        parallelism: cost.parallelism,
        hashLength: HASH_BYTES,
        salt,
        raw: true,
      });
      return writePhcString({ kind: TODAYS_KIND, parameters: cost, salt, digest });
    });

  // A decoy: random bytes in place of the digest. Verifying against it costs the same as a real hash.
  const dummy = writePhcString({
    kind: TODAYS_KIND,
    parameters,
    salt: randomness.bytes(SALT_BYTES),
    digest: randomness.bytes(HASH_BYTES),
  });

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
      const matches = await gate(() => verify(phc ?? dummy, normalizedPassword));
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

/** At the operator's cost. */
export const provideHasher = (scope: Scope<'passwords.argon2'>): PasswordHasher =>
  makePasswordHasher({ ...scope, parameters: scope.settings.passwords.argon2 });
