import { argon2id, hash, verify } from 'argon2';
import type { Randomness } from '../domain/clock.ts';

/** Memory-hard on purpose: more at once would trade one person's sign-in for everybody's memory. */
const MAX_CONCURRENT_HASHES = 2;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** The cost of argon2id. @see RFC 9106 §4, OWASP Password Storage Cheat Sheet */
export interface Argon2Parameters {
  memoryKiB: number;
  iterations: number;
  parallelism: number;
}

/** Hashes and verifies passwords that {@link normalizePassword} has passed. */
export interface PasswordHasher {
  /** @returns a PHC string */
  hash(normalizedPassword: string): Promise<string>;
  /**
   * @param phc the stored hash; `null` where there is no account: the same work is done and the answer is `false`
   */
  verify(phc: string | null, normalizedPassword: string): Promise<boolean>;
  /** Whether a stored hash was made with weaker parameters than today's. */
  isOutdated(phc: string): boolean;
}

/** Lets at most `limit` of the given tasks run at once; the others wait their turn. */
const makeGate = (limit: number) => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next)
        next(); // the place is handed on, not given back
      else running -= 1;
    }
  };
};

/** The algorithm and version that a PHC string of today begins with. */
const TODAYS_KIND = '$argon2id$v=19$';

const parameterOf = (phc: string, name: 'm' | 't'): number =>
  Number(new RegExp(`[$,]${name}=(\\d+)`).exec(phc)?.[1] ?? 0);

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Makes the hasher of one process. */
export const makePasswordHasher = ({
  parameters,
  randomness,
}: {
  parameters: Argon2Parameters;
  randomness: Randomness;
}): PasswordHasher => {
  const { memoryKiB, iterations, parallelism } = parameters;
  const cost = { type: argon2id, memoryCost: memoryKiB, timeCost: iterations, parallelism } as const;
  const gate = makeGate(MAX_CONCURRENT_HASHES);

  // Nobody's password: random where the digest would be. Verifying against it costs what verifying always costs.
  const dummy = `${TODAYS_KIND}m=${memoryKiB},t=${iterations},p=${parallelism}$${unpadded(randomness.bytes(SALT_BYTES))}$${unpadded(randomness.bytes(HASH_BYTES))}`;

  return {
    hash: (normalizedPassword) =>
      gate(() => hash(normalizedPassword, { ...cost, hashLength: HASH_BYTES, salt: randomness.bytes(SALT_BYTES) })),
    verify: async (phc, normalizedPassword) => {
      const matches = await gate(() => verify(phc ?? dummy, normalizedPassword));
      return phc !== null && matches;
    },
    // Weaker, not just different: where parameters went down, no sign-in makes a hash worse than it is.
    isOutdated: (phc) =>
      !phc.startsWith(TODAYS_KIND) || parameterOf(phc, 'm') < memoryKiB || parameterOf(phc, 't') < iterations,
  };
};
