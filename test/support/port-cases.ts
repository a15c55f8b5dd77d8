import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Dynamo, Item, Key, Write } from '../../shared/aws/dynamo.ts';

/** A port of a suite's own tables, over each client. */
export interface Ports {
  own: Dynamo;
  sdk: Dynamo;
}

let keys = 0;
const newKey = (): Key => {
  keys += 1;
  return { pk: `INTENT#case-${keys}`, sk: 'ROW' };
};

const put = (item: Item & Key): Extract<Write, { kind: 'put' }> => ({ kind: 'put', table: 'tokens', item });
const create = (key: Key, attributes: Item = {}): Extract<Write, { kind: 'put' }> => ({
  ...put({ ...key, ...attributes }),
  condition: 'attribute_not_exists(#pk)',
});

const names = fc.stringMatching(/^[a-zA-Z_][\w.-]{0,10}$/).filter((name) => name !== 'pk' && name !== 'sk');
const texts = fc.string({ unit: 'grapheme', maxLength: 12 });
const numbers = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 0.5, -1.25, 1e-9, 123.456));
const whole = fc.bigInt({ min: BigInt(Number.MAX_SAFE_INTEGER) + 1n, max: 10n ** 38n - 1n });
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    texts,
    numbers,
    whole,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 16 }),
    fc.uniqueArray(texts.filter(Boolean), { minLength: 1, maxLength: 4 }).map((members) => new Set<unknown>(members)),
    fc.uniqueArray(fc.maxSafeInteger(), { minLength: 1, maxLength: 4 }).map((members) => new Set<unknown>(members)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const rows = fc.dictionary(names, values, { maxKeys: 5, noNullPrototype: true });

/** What every database that speaks DynamoDB's protocol has to answer to every client. @param ports opened before the first case */
export const describePort = (client: keyof Ports, ports: () => Ports, { numRuns }: { numRuns: number }): void => {
  const dynamo = (): Dynamo => ports()[client];
  const other = (): Dynamo => ports()[client === 'own' ? 'sdk' : 'own'];
  const write = (one: Exclude<Write, { kind: 'check' }>) => dynamo().write(one);
  const read = (key: Key) => dynamo().get('tokens', key);

  describe(`the port over the client ${client}`, () => {
    it('finds a row, or nothing', async () => {
      const key = newKey();
      await write(put({ ...key, text: '', list: ['a', { b: null }], flag: false }));

      expect(await read(key)).toEqual({ ...key, text: '', list: ['a', { b: null }], flag: false });
      expect(await read(newKey())).toBeNull();
    });

    it('stores whatever a row may hold so that both clients read the same', async () => {
      const key = newKey();

      await fc.assert(
        fc.asyncProperty(rows, async (row) => {
          await write(put({ ...key, ...row }));

          expect(await read(key)).toEqual({ ...key, ...row });
          expect(await other().get('tokens', key)).toEqual({ ...key, ...row });
        }),
        { numRuns },
      );
    });

    it('keeps 38 digits', async () => {
      const key = newKey();
      const digits = 12345678901234567890123456789012345678n;
      await write(put({ ...key, digits, below: -digits }));

      expect(await read(key)).toEqual({ ...key, digits, below: -digits });
    });

    it('reads the newest of a partition first', async () => {
      const { pk } = newKey();
      for (const sk of ['1', '2', '3']) await write(put({ pk, sk }));

      const newest = await dynamo().queryNewest({ table: 'tokens', pk, limit: 2 });

      expect(newest).toEqual([
        { pk, sk: '3' },
        { pk, sk: '2' },
      ]);
    });

    it('reads a range of a partition, with both of its ends', async () => {
      const { pk } = newKey();
      for (const sk of ['A#9', 'B#1', 'B#2', 'B#3', 'C#1']) await write(put({ pk, sk }));
      const between = async (from: string, to: string) =>
        (await dynamo().queryNewest({ table: 'tokens', pk, range: { from, to }, limit: 9 })).map(({ sk }) => sk);

      expect(await between('B#', 'B$')).toEqual(['B#3', 'B#2', 'B#1']);
      expect(await between('B#', 'B#2')).toEqual(['B#2', 'B#1']);
    });

    it('reads the oldest of a partition first, behind one that it is told', async () => {
      const { pk } = newKey();
      for (const sk of ['3', '1', '2']) await write(put({ pk, sk }));
      const behind = (after: string | null, limit: number) =>
        dynamo().queryOldest({ table: 'tokens', pk, after, limit });

      expect(await behind(null, 2)).toEqual([
        { pk, sk: '1' },
        { pk, sk: '2' },
      ]);
      expect(await behind('2', 2)).toEqual([{ pk, sk: '3' }]);
      expect(await behind('3', 2)).toEqual([]);
    });

    it.each(['transactGet', 'batchGet'] as const)('reads rows of several tables in their order by %s', async (how) => {
      const [first, second] = [newKey(), newKey()];
      await write({ ...put({ ...first, of: 'accounts' }), table: 'accounts' });
      await write(put({ ...second, of: 'tokens' }));

      const found = await dynamo()[how]([
        { table: 'tokens', key: second },
        { table: 'tokens', key: newKey() },
        { table: 'accounts', key: first },
      ]);

      expect(found).toEqual([{ ...second, of: 'tokens' }, null, { ...first, of: 'accounts' }]);
    });

    it('answers the row as it is after an update, and as it was before a deletion', async () => {
      const key = newKey();
      await write(put({ ...key, count: 1 }));

      const updated = await write({
        kind: 'update',
        table: 'tokens',
        key,
        update: 'ADD #count :one SET #a.#b = :none',
        names: { '#a': 'map', '#b': 'b' },
        values: { ':one': 1, ':none': '' },
        condition: 'attribute_exists(#pk)',
      }).catch((error: Error) => error.name);
      const counted = await write({
        kind: 'update',
        table: 'tokens',
        key,
        update: 'ADD #count :one',
        values: { ':one': 1 },
      });
      const removed = await write({ kind: 'delete', table: 'tokens', key });

      expect(updated).toBe('ValidationException'); // there is no map
      expect(counted).toEqual({ won: true, item: { ...key, count: 2 } });
      expect(removed).toEqual({ won: true, item: { ...key, count: 2 } });
      expect(await read(key)).toBeNull();
    });

    it('answers the loser of a condition with the row in its way, or with none', async () => {
      const key = newKey();
      const row = { ...key, bytes: new Uint8Array([0, 255]), names: new Set(['a', 'b']), digits: 10n ** 37n };
      await write(put(row));

      expect(await write(create(key))).toEqual({ won: false, current: row });
      expect(
        await write({ kind: 'delete', table: 'tokens', key: newKey(), condition: 'attribute_exists(#pk)' }),
      ).toEqual({ won: false, current: null });
    });

    it('writes a transaction as a whole or not at all, and says which condition refused', async () => {
      const [free, taken, missing] = [newKey(), newKey(), newKey()];
      const row = { ...taken, bytes: new Uint8Array([1, 2]), list: [''] };

      const won = await dynamo().transact([create(taken, row), { ...create(free), table: 'accounts' }]);
      const lost = await dynamo().transact([
        create(free),
        create(taken),
        { kind: 'check', table: 'tokens', key: missing, condition: 'attribute_exists(#pk)' },
      ]);

      expect(won).toEqual({ won: true });
      expect(lost).toEqual({ won: false, refusals: [null, { current: row }, { current: null }] });
      expect(await read(free)).toBeNull();
      expect(await dynamo().get('accounts', free)).toEqual(free);
    });

    it('passes on what is our own mistake, as no outage', async () => {
      const nameless = { ...newKey(), sk: '' };

      await expect(write(put(nameless))).rejects.toMatchObject({ name: 'ValidationException' });
      await expect(read(nameless)).rejects.toMatchObject({ name: 'ValidationException' });
    });
  });
};
