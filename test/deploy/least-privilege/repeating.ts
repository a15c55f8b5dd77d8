import { randomUUID } from 'node:crypto';
import { newAddress, type Surroundings } from './surroundings.ts';

/**
 * The same surroundings, in which every request that changes something has an Idempotency-Key and is made twice: it works only
 * where its answer can be kept, and found again.
 */
export const repeating = (surroundings: Surroundings): Surroundings => ({
  ...surroundings,
  request: async (line, { address = newAddress(), ...parts } = {}) => {
    if (line.startsWith('GET ')) return surroundings.request(line, { address, ...parts });
    const keyed = { ...parts, address, key: randomUUID() };
    const first = await surroundings.request(line, keyed);
    return first.status < 300 ? surroundings.request(line, keyed) : first;
  },
});
