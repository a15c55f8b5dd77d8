import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { leaksIn } from '../support/leaks.ts';
import { loadEvent } from '../support/load-event.ts';
import { type RotationWorld, STEPS, startRotationWorld } from '../support/rotation-world.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

/** Requests to each route in `npm run fuzz`; a sequence may make several RSA keys, which takes as long as many of those. */
const CASES = Math.max(5, Math.round(Number(process.env.KEYTURN_FUZZ_CASES ?? 60) / 20));
const SEED = Number(process.env.KEYTURN_FUZZ_SEED ?? 20_261_129);

const FAULTS = ['server-error', 'throttle', 'reset', 'access-denied', 'lost-answer'] as const;

/** How many rotations ago the version was begun; RotateSecret gives each a new one. */
const ago = fc.nat({ max: 2 });
const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 80 }), fc.uuid());

/** What happens to a keyring: Secrets Manager's steps in any order and number, faults, time, and events of any shape. */
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('begin' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      name: fc.constantFrom(...STEPS),
      ago,
      times: fc.constantFrom(1, 1, 2),
      fault: fc.option(fc.constantFrom(...FAULTS), { freq: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rotate' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat({ max: 40 * 86_400 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('odd' as const),
      event: fc.oneof(
        anything,
        fc.record(
          { Step: anything, SecretId: anything, ClientRequestToken: anything },
          { requiredKeys: [], noNullPrototype: true },
        ),
        fc.record({ Step: fc.string(), SecretId: fc.constant(''), ClientRequestToken: fc.uuid() }),
      ),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;

describe(`a keyring, whatever is asked of its rotation (seed ${SEED})`, () => {
  let world: RotationWorld;
  const secrets: Record<string, string> = {};
  beforeAll(async () => {
    world = await startRotationWorld();
  });
  afterAll(() => world.close());

  const current = (): KeyringDocument => JSON.parse(world.secrets.current() ?? 'null') as KeyringDocument;

  const attempt = async (call: () => Promise<void>): Promise<void> => {
    try {
      await call();
    } catch (error) {
      expect((error as Error).name).toBe('RotationFailed');
      expect(JSON.parse(world.logs.at(-1) ?? '{}')).toMatchObject({ level: 'error', outcome: 'failed' });
    }
  };

  const versions: string[] = [];
  const newVersion = (): string => {
    versions.unshift(`11111111-1111-4111-8111-${String(versions.length).padStart(12, '0')}`);
    return versions[0] ?? '';
  };

  const make = async (one: Happening): Promise<void> => {
    if (one.kind === 'begin') world.secrets.begin(newVersion());
    else if (one.kind === 'wait') world.clock.advance(one.seconds);
    else if (one.kind === 'rotate') await attempt(() => world.rotate(newVersion()));
    else if (one.kind === 'odd') await expect(world.send(one.event)).rejects.toThrow();
    else {
      if (one.fault !== null) world.secrets.fail(one.fault);
      const versionId = versions[one.ago] ?? newVersion();
      await Promise.all(Array.from({ length: one.times }, () => attempt(() => world.step(one.name, versionId))));
      world.secrets.heal();
    }
  };

  const replaces = (one: Happening): boolean =>
    one.kind === 'rotate' || (one.kind === 'step' && one.name === 'finish-secret');

  it('loses no root, is another only by a last step, and signs with a key that is published', async () => {
    let rotations = 0;

    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 12 }), async (happenings) => {
        world.secrets.reset(JSON.stringify({ roots: [newRoot(1)], signingKeys: [newSigningKey('first')] }));
        for (const one of happenings) {
          const before = current();
          await make(one);
          const after = current();
          if (!replaces(one)) expect(after).toEqual(before);
          if (after.roots.length > before.roots.length) rotations += 1;

          expect(after.roots).toEqual(expect.arrayContaining(before.roots));
          const keyring = makeKeyring(after, world.clock.nowSeconds);
          expect(keyring.publicKeys().map(({ kid }) => kid)).toContain(
            keyring.signingKey(world.clock.nowSeconds()).kid,
          );
          for (const { secret } of after.roots) secrets[secret.slice(0, 8)] = secret;
        }
      }),
      { seed: SEED, numRuns: CASES, endOnFailure: true },
    );

    expect(rotations).toBeGreaterThan(0);
  });

  it('is in no log', () => {
    expect(Object.keys(secrets).length).toBeGreaterThan(CASES);
    expect(leaksIn(world.logs, secrets)).toEqual([]);
  });

  it('takes the event that Secrets Manager sends', async () => {
    const versionId = newVersion();
    world.secrets.begin(versionId);

    await expect(
      world.send(loadEvent('rotate-keyring/set-secret', { ClientRequestToken: versionId })),
    ).resolves.toBeUndefined();
  });
});
