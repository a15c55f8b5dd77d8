import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type EdgeWorld, secretArn, startEdgeWorld } from '../support/edge-world.ts';
import { leaksIn } from '../support/leaks.ts';

const CASES = 10 * Number(process.env.KEYTURN_FUZZ_CASES ?? 60);
const SEED = Number(process.env.KEYTURN_FUZZ_SEED ?? 20_261_129);

const SECRET = 'bxW1u3VqYc0Q5mZ8sKtR2dF7hJ9nLpAe4gTiUoCvBwXyDzEr6GfHkMjNlPaSbQcV';

/** The secret, changed by as little as can be, or anything at all. */
const presented = fc.oneof(
  fc.constant(SECRET),
  fc.constant(undefined),
  fc.nat({ max: SECRET.length }).map((length) => SECRET.slice(0, length)),
  fc
    .tuple(fc.nat({ max: SECRET.length - 1 }), fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }))
    .map(([at, text]) => SECRET.slice(0, at) + text + SECRET.slice(at + 1)),
  fc.tuple(fc.string({ unit: 'binary', maxLength: 3 }), fc.string({ maxLength: 3 })).map(([a, b]) => a + SECRET + b),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('__proto__', 'constructor', 'null', 'undefined', '*', '.*', secretArn(1)),
);

describe(`the guard of the origin, whatever is presented (seed ${SEED})`, () => {
  let world: EdgeWorld;
  beforeAll(async () => {
    world = await startEdgeWorld();
    world.secrets.set(secretArn(1), SECRET);
  });
  afterAll(() => world.close());

  it('lets through the secret, to the letter, and nothing else', async () => {
    const ask = await world.coldStart([1]);
    let admitted = 0;

    await fc.assert(
      fc.asyncProperty(presented, async (text) => {
        const { isAuthorized } = await ask(text);
        admitted += Number(isAuthorized);
        expect(isAuthorized).toBe(text === SECRET);
      }),
      { seed: SEED, numRuns: CASES },
    );

    expect(admitted).toBeGreaterThan(0);
    expect(leaksIn(world.logs, { secret: SECRET })).toEqual([]);
  });
});
