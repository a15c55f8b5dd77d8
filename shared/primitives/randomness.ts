import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Randomness } from './clock.ts';

/** The operating system's CSPRNG. */
export const csprng: Randomness = {
  bytes: (length) => randomBytes(length),
  uuid: () => randomUUID(),
  integer: (exclusiveMax) => randomInt(exclusiveMax),
};
