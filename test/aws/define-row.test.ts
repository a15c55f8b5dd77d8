import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import type { Condition } from '../../shared/aws/conditions.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { type Changes, defineRow } from '../../shared/aws/define-row.ts';
import type { Dynamo, Key } from '../../shared/aws/dynamo.ts';
import { type RowOf, rowStamp } from '../../shared/aws/row.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { startWorld, type World } from '../support/world.ts';

const NOW = 1_700_000_000;

const counterRow = defineRow({
  table: 'tokens',
  word: 'LIMIT',
  sortKey: (part: string) => `COUNTER#${part}`,
  shape: {
    used: z.int(),
    most: z.optional(z.int()),
    name: z.nullable(z.string()),
    marks: z.record(z.string(), z.int()),
    expiresAtEpochSeconds: z.int(),
  },
});

type Counter = RowOf<typeof counterRow>;

const { when } = counterRow;
const ROW: Counter = { used: 3, most: 5, name: null, marks: { a: 1, 'b.c': 2 }, expiresAtEpochSeconds: NOW + 60 };

describe('a row that was declared', () => {
  let world: World;
  let dynamo: Dynamo;
  let rows = 0;

  beforeAll(async () => {
    world = await startWorld();
    dynamo = connectDynamo({ config: { tables: world.tables }, clock: world.clock, randomness: csprng });
  });
  afterAll(() => world.close());

  const newKey = (): Key => {
    rows += 1;
    return counterRow.key(`row-${rows}`, 'part');
  };

  const stored = async (): Promise<Key> => {
    const key = newKey();
    await dynamo.write(counterRow.putWrite(key, ROW));
    return key;
  };

  it('has its key and its version from the declaration', async () => {
    const key = await stored();

    expect(key).toEqual({ pk: `LIMIT#row-${rows}`, sk: 'COUNTER#part' });
    expect(counterRow.at('x', 'y')).toEqual({ table: 'tokens', key: { pk: 'LIMIT#x', sk: 'COUNTER#y' } });
    expect(await dynamo.get('tokens', key)).toEqual({ ...key, ...rowStamp, ...ROW });
  });

  it.each<[string, Changes<Counter>, Partial<Counter>]>([
    ['set', { set: { used: 9, name: 'n', most: undefined } }, { used: 9, name: 'n' }],
    ['a key in a map', { setAt: [[['marks', 'b.c'], 7]] }, { marks: { a: 1, 'b.c': 7 } }],
    ['a key that is removed', { remove: [['marks', 'b.c']] }, { marks: { a: 1 } }],
    ['an attribute that is removed', { remove: ['most'], add: { used: 2 } }, { most: undefined, used: 5 }],
    ['increase within a map', { increaseAt: [[['marks', 'b.c'], 3]] }, { marks: { a: 1, 'b.c': 5 } }],
    ['increase and add', { increase: { used: 1 }, add: { most: 2 } }, { used: 4, most: 7 }],
    ['a copy of what another held before', { copy: { most: 'used' }, set: { used: 9 } }, { used: 9, most: 3 }],
    ['what is there already', { setIfAbsent: { used: 0 } }, {}],
    [
      'all of it at once',
      { set: { name: 'n' }, setAt: [[['marks', 'a'], 0]], remove: [['marks', 'b.c']], add: { used: 1 } },
      { name: 'n', marks: { a: 0 }, used: 4 },
    ],
  ])('is changed as it is told: %s', async (_what, changes, changed) => {
    const key = await stored();

    const result = await dynamo.write(counterRow.updateWrite(key, changes));

    expect(result.won && result.item && counterRow.parse(result.item)).toEqual({ ...ROW, ...changed });
  });

  it('begins with its version where a change may begin it, and not where it may not', async () => {
    const [begun, changed] = [newKey(), await stored()];
    await dynamo.write(counterRow.upsertWrite(begun, { set: { expiresAtEpochSeconds: NOW }, add: { used: 1 } }));
    const before = { ...(await dynamo.get('tokens', changed)), schemaVersion: 1 };
    await dynamo.write(counterRow.copyWrite({ ...before, ...changed }));
    await dynamo.write(counterRow.updateWrite(changed, { add: { used: 1 } }));

    expect(await dynamo.get('tokens', begun)).toEqual({ ...begun, ...rowStamp, used: 1, expiresAtEpochSeconds: NOW });
    expect(await dynamo.get('tokens', changed)).toMatchObject({ schemaVersion: 1, used: 4 });
  });

  it.each<[string, Condition, boolean]>([
    ['exists', when.exists, true],
    ['is new', when.isNew, false],
    ['has a key', when.has(['marks', 'a']), true],
    ['has another', when.has(['marks', 'z']), false],
    ['lacks a key', when.lacks(['marks', 'z']), true],
    ['lacks what it has', when.lacks('used'), false],
    ['is', when.is('used', 3), true],
    ['is another', when.is('used', 4), false],
    ['is null', when.is('name', null), true],
    ['is, in a map', when.is(['marks', 'b.c'], 2), true],
    ['is not', when.isNot('used', 4), true],
    ['is one of', when.isOneOf('used', [1, 3]), true],
    ['is none of', when.isOneOf('used', [1, 2]), false],
    ['is a number', when.isOfType('used', 'N'), true],
    ['is no number', when.isOfType('marks', 'N'), false],
    ['below', when.below('used', 4), true],
    ['not below', when.below('used', 3), false],
    ['at most', when.atMost('used', 3), true],
    ['above', when.above('used', 2), true],
    ['not above', when.above('used', 3), false],
    ['as many keys as may be', when.sizeAtMost('marks', 2), true],
    ['more keys than may be', when.sizeAtMost('marks', 1), false],
    ['not above another', when.notAbove('used', 'most'), true],
    ['above another', when.notAbove('most', 'used'), false],
    ['lives', when.lives(NOW + 59), true],
    ['lives no more', when.lives(NOW + 60), false],
    ['has expired', when.hasExpired(NOW + 60), true],
    ['both', when.and(when.is('used', 3), when.exists), true],
    ['not both', when.and(when.is('used', 3), when.isNew), false],
    ['either', when.or(when.is('used', 4), when.exists), true],
    ['neither', when.or(when.is('used', 4), when.isNew), false],
    ['either within both', when.and(when.or(when.isNew, when.is('used', 3)), when.is('most', 6)), false],
    ['both within either', when.or(when.isNew, when.and(when.is('used', 3), when.is('most', 5))), true],
  ])('meets a condition, or does not: %s', async (_what, condition, isMet) => {
    const key = await stored();

    const checked = await dynamo.transact([counterRow.checkWrite(key, condition)]);
    const written = await dynamo.write(counterRow.updateWrite(key, { set: { used: 3 } }, condition));

    expect([checked.won, written.won]).toEqual([isMet, isMet]);
  });

  it('is consumed once, however many try, and never after its end', async () => {
    const [living, dead] = [await stored(), await stored()];

    const attempts = await Promise.all(
      Array.from({ length: 10 }, () => dynamo.write(counterRow.consumeWrite(living, NOW))),
    );
    const late = await dynamo.write(counterRow.consumeWrite(dead, NOW + 60));
    const other = await dynamo.write(counterRow.consumeWrite(dead, NOW, when.is('used', 4)));

    expect(attempts.filter(({ won }) => won)).toHaveLength(1);
    expect([late.won, other.won]).toEqual([false, false]);
  });

  /** @asvs 1.2.4 */
  it('puts no value and no key of a map into the text of an expression', () => {
    const write = counterRow.updateWrite(
      counterRow.key('a', 'b'),
      { setAt: [[['marks', 'an id'], 41]], set: { name: 'a name' }, remove: [['marks', 'other']] },
      when.and(when.lacks(['marks', 'an id']), when.is('used', 41)),
    );

    expect(write).toMatchObject({
      update: 'SET #name = :v0, #marks.#k0 = :v1 REMOVE #marks.#k1',
      condition: '(attribute_not_exists(#marks.#k0) AND #used = :v2)',
      names: { '#k0': 'an id', '#k1': 'other' },
      values: { ':v0': 'a name', ':v1': 41, ':v2': 41 },
    });
  });

  it('does not compile with an attribute that it has not, or a value of another type', () => {
    const key = counterRow.key('a', 'b');
    const wrong = [
      // @ts-expect-error there is no such attribute
      () => counterRow.updateWrite(key, { set: { uesd: 1 } }),
      // @ts-expect-error it is a number
      () => counterRow.updateWrite(key, { set: { used: '1' } }),
      // @ts-expect-error there is no such attribute
      () => when.is('uesd', 1),
      // @ts-expect-error it is a number
      () => when.is('used', 'one'),
      // @ts-expect-error an attribute is missing
      () => counterRow.putWrite(key, { used: 1, name: null, marks: {} }),
      // @ts-expect-error the sort key has a part
      () => counterRow.key('a'),
      // @ts-expect-error no contract can grant rows of that word
      () => defineRow({ table: 'credentials', word: 'LIMIT', sortKey: () => 'X', shape: {} }),
    ];

    expect(wrong).toHaveLength(7); // tsc is the test
  });
});
