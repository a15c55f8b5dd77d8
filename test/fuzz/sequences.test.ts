import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { leaksIn } from '../support/leaks.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, UNLIMITED, type World } from '../support/world.ts';
import { ACTIONS, type ActionName, judge, newOwner, type Owner, secretsOf } from './owner-model.ts';

/** Requests to each route in `npm run fuzz`; a sequence has some 10, so fewer of those. */
const CASES = Math.max(6, Math.round(Number(process.env.KEYTURN_FUZZ_CASES ?? 60) / 10));
const SEED = Number(process.env.KEYTURN_FUZZ_SEED ?? 20_261_129);

const LONGEST = 14;

const step = fc.record({
  name: fc.constantFrom(...(Object.keys(ACTIONS) as ActionName[])),
  /** Which of several: sessions, tokens, passwords. */
  which: fc.nat({ max: 40 }),
  waitSeconds: fc.constantFrom(1, 1, 1, 31, 70),
});

describe(`what an owner does in any order (seed ${SEED})`, () => {
  let world: World;
  const owners: Owner[] = [];

  beforeAll(async () => {
    const { perIdentifier: _, ...requestRecovery } = UNLIMITED; // counts no address
    world = await startWorld({
      settings: { sms: UNHINDERED_SMS, limits: { signUp: UNLIMITED, signIn: UNLIMITED, requestRecovery } },
    });
  });
  afterAll(() => world.close());

  /** @asvs 7.4.1, 7.4.3 */
  it('leaves one password, the sessions that nothing has ended, and no token that was used', async () => {
    const did = new Map<string, number>();

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: LONGEST }), async (steps) => {
        const owner = await newOwner(world);
        owners.push(owner);
        for (const { name, which, waitSeconds } of steps) {
          world.clock.advance(waitSeconds);
          const fault = await ACTIONS[name](world, owner, which);
          did.set(name, (did.get(name) ?? 0) + 1);
          expect([name, fault]).toEqual([name, null]);
        }
        expect(await judge(world, owner)).toEqual([]);
      }),
      { seed: SEED, numRuns: CASES, endOnFailure: true },
    );

    expect([...did.keys()].toSorted()).toEqual(Object.keys(ACTIONS).toSorted());
  });

  it('leaves no secret in a log', () => {
    const secrets = Object.assign({}, ...owners.map(secretsOf)) as Record<string, string>;

    expect(Object.keys(secrets).length).toBeGreaterThan(CASES);
    expect(leaksIn(world.logs, secrets)).toEqual([]);
  });
});
