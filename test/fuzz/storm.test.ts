import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { DynamoFault } from '../support/dynamo-proxy.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';
import { STORM_ACTIONS, type StormActionName } from './storm-actions.ts';
import { lookAround, makeStorm, type Storm } from './storm-model.ts';
import { settle } from './storm-settles.ts';
import { claimFaults, epochFaults, erasedFaults, givingUpFaults, secretFaults } from './table-walk.ts';

const SEED = Number(process.env.KEYTURN_FUZZ_SEED ?? 20_261_129);
/** Actions in all; `npm run fuzz` does 5,000. */
const OPERATIONS = Number(process.env.KEYTURN_FUZZ_OPERATIONS ?? 150);
/** Tables, mails and people of one storm; after so many actions another begins. */
const STEPS_PER_STORM = 150;
const STORMS = Math.ceil(OPERATIONS / STEPS_PER_STORM);
/** The journals and tokens are walked each time that so many steps were done, the claims after each. */
const STEPS_PER_WALK = 10;

const MAXIMUM = 2;
const HOUR = 3600;
const DAY = 24 * HOUR;

const FAULT_KINDS = ['server-error', 'throttle', 'lost-answer', 'conflict', 'reset'] as const;

/** What leads to a switch, and what takes it back, mostly; the rest once each. */
const FREQUENT: ReadonlySet<StormActionName> = new Set([
  'askForAddressAndDeliver',
  'confirmBothAtOnce',
  'raceForOneAddress',
  'proveNumber',
  'chooseRecoveryPhone',
  'sayItWasNotMe',
  'undo',
  'deleteAccount',
  'keepAccount',
]);

const FREQUENCIES = (Object.keys(STORM_ACTIONS) as StormActionName[]).map((name) => ({
  weight: FREQUENT.has(name) ? 3 : 1,
  arbitrary: fc.constant(name),
}));

const action = fc.record({
  name: fc.oneof(...FREQUENCIES),
  who: fc.nat({ max: 60 }),
  what: fc.nat({ max: 60 }),
});

const step = fc.record({
  waitSeconds: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(1, 1, 1, 31, 61) },
    { weight: 6, arbitrary: fc.constantFrom(HOUR + 1, DAY + 1) },
    { weight: 1, arbitrary: fc.constantFrom(3 * DAY + 1, 7 * DAY + 1) },
  ),
  first: action,
  /** At the same moment; the same person or thing in half of the cases. */
  second: fc.option(fc.record({ action, isAboutTheSame: fc.boolean() }), { freq: 4 }),
  fault: fc.option(
    fc.record({
      kind: fc.constantFrom<DynamoFault['kind']>(...FAULT_KINDS),
      after: fc.nat({ max: 20 }),
      /** Some outlast the attempts of one call. */
      times: fc.constantFrom(1, 2, 6),
    }),
    { freq: 3 },
  ),
});

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const act = async (storm: Storm, { waitSeconds, first, second, fault }: Step): Promise<string[]> => {
  const { world } = storm;
  const before = storm.now;
  world.clock.advance(waitSeconds);
  Object.assign(storm, { isPaired: second !== null, isFaulty: fault !== null });
  if (fault) world.proxy.fail({ operation: fault.kind === 'conflict' ? 'TransactWriteItems' : null, ...fault });
  const { who, what } = second?.isAboutTheSame ? first : (second?.action ?? first);
  await Promise.all([
    STORM_ACTIONS[first.name](storm, first),
    second && STORM_ACTIONS[second.action.name](storm, { who, what }),
  ]);
  world.proxy.heal();
  Object.assign(storm, { isPaired: false, isFaulty: false });
  await lookAround(storm);
  return [
    ...storm.faults,
    ...claimFaults(storm.now, { past: storm.past, maximum: MAXIMUM }),
    ...epochFaults(before, storm.now),
    ...(second === null ? givingUpFaults(before, storm.now) : []),
  ];
};

describe(`a storm of changes of identity, with a database that fails (seed ${SEED})`, () => {
  const worlds: World[] = [];
  const statuses = new Map<string, number>();
  let reopened = 0;

  /** Addresses of accounts that were erased, and which another account has, or had. */
  const reopenedIn = ({ past, now }: Storm): number => {
    const erased = [...now.erased.keys()].flatMap((accountId) => [...(past.emails.get(accountId) ?? [])]);
    const others = [...past.emails].filter(([accountId]) => !now.erased.has(accountId)).flatMap(([, all]) => [...all]);
    return erased.filter((email) => others.includes(email)).length;
  };

  afterAll(() => Promise.all(worlds.map((world) => world.close())));

  const begin = async (): Promise<Storm> => {
    await worlds.pop()?.close();
    const sms = { ...UNHINDERED_SMS, accountsPerNumber: MAXIMUM };
    const world = await startWorld({ settings: { sms, sessions: { accessTokenSeconds: 900 } } });
    worlds.push(world);
    const storm = await makeStorm(world);
    for (const what of [0, 1, 2, 3]) {
      await STORM_ACTIONS.signUp(storm, { who: 0, what });
      await STORM_ACTIONS.completeSignUp(storm, { who: 0, what });
      await lookAround(storm);
    }
    return storm;
  };

  it('leaves each address and number with who has it, each change its entry, and each owner a way in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: STEPS_PER_STORM, maxLength: STEPS_PER_STORM, size: 'max' }),
        async (steps) => {
          const storm = await begin();
          for (const [index, one] of steps.entries()) {
            const faults = await act(storm, one);
            if (index % STEPS_PER_WALK === 0) {
              faults.push(...(await secretFaults(storm.world, storm.now)));
              faults.push(...(await erasedFaults(storm.world, storm.now)));
            }
            expect([index, one, faults]).toEqual([index, one, []]);
          }
          expect(await settle(storm, MAXIMUM)).toEqual([]);
          reopened += reopenedIn(storm);
          for (const [name, count] of storm.statuses) statuses.set(name, (statuses.get(name) ?? 0) + count);
        },
      ),
      { seed: SEED, numRuns: STORMS, endOnFailure: true },
    );
  });

  it('has erased accounts, and given their addresses to others who asked for them', () => {
    expect(statuses.get('erase-accounts done')).toBeGreaterThan(0);
    expect(reopened).toBeGreaterThan(0);
  });

  it('had one of those who race for an address get it, and the other refused', () => {
    expect(statuses.get('confirm-email-change 409')).toBeGreaterThan(0);
  });

  it.each([
    'complete-sign-up',
    'update-profile',
    'confirm-email-change',
    'revoke-recovery',
    'undo-change',
    'delete-account',
    'cancel-deletion',
  ])('has done and refused what %s is for', (flow) => {
    expect(statuses.get(`${flow} 200`)).toBeGreaterThan(0);
  });
});
