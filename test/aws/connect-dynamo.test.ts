import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dynamo, type Key, StoreUnavailable, type Write } from '../../shared/aws/dynamo.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { CLIENTS } from '../support/dynamo-clients.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { startWorld, type World } from '../support/world.ts';

/** Attempts of a transaction under conflicts. */
const CONFLICT_TRIES = 7;

describe.each(CLIENTS)('the port to DynamoDB over the client $client', ({ connect }) => {
  let world: World;
  let dynamo: Dynamo;
  let keys = 0;

  beforeAll(async () => {
    world = await startWorld();
    dynamo = connect({ config: { tables: world.tables }, clock: world.clock, randomness: csprng });
  });
  afterEach(() => world.proxy.heal());
  afterAll(() => world.close());

  const newKey = (): Key => {
    keys += 1;
    return { pk: `INTENT#test-${keys}`, sk: 'ROW' };
  };
  const put = (key: Key, attributes: Record<string, unknown> = {}): Promise<unknown> =>
    dynamo.write({ kind: 'put', table: 'tokens', item: { ...key, ...attributes } });
  const create = (key: Key, attributes: Record<string, unknown> = {}): Extract<Write, { kind: 'put' }> => ({
    kind: 'put',
    table: 'tokens',
    item: { ...key, ...attributes },
    condition: 'attribute_not_exists(#pk)',
  });
  const read = (key: Key) => dynamo.get('tokens', key);

  describe('reading', () => {
    it('finds a row, or nothing', async () => {
      const key = newKey();
      await put(key, { count: 1, list: ['a', { b: null }], text: '', flag: false });

      expect(await read(key)).toEqual({ ...key, count: 1, list: ['a', { b: null }], text: '', flag: false });
      expect(await read(newKey())).toBeNull();
    });

    it('is consistent: what was written just now is what is read', async () => {
      const before = world.proxy.calls.length;

      await read(newKey());

      expect(world.proxy.calls.slice(before)).toMatchObject([{ operation: 'GetItem', body: { ConsistentRead: true } }]);
    });

    it('reads several rows as of one instant, in their order, with null for those that are missing', async () => {
      const [first, second] = [newKey(), newKey()];
      await dynamo.write({ kind: 'put', table: 'accounts', item: { ...first, table: 'accounts' } });
      await put(second, { table: 'tokens' });

      const reads = [
        { table: 'tokens', key: second },
        { table: 'tokens', key: newKey() },
        { table: 'accounts', key: first },
      ] as const;
      let found: unknown[] = [];
      const operations = await operationsDuring(world.proxy, async () => {
        found = await dynamo.transactGet(reads);
      });

      expect(found).toEqual([{ ...second, table: 'tokens' }, null, { ...first, table: 'accounts' }]);
      expect(operations).toEqual(['TransactGetItems']);
    });
  });

  describe('writing', () => {
    it('answers the row as it is after an update', async () => {
      const key = newKey();
      await put(key, { count: 1 });

      const result = await dynamo.write({
        kind: 'update',
        table: 'tokens',
        key,
        update: 'ADD #count :one',
        values: { ':one': 1 },
      });

      expect(result).toEqual({ won: true, item: { ...key, count: 2 } });
    });

    it('answers the loser of a condition with the row that is in the way', async () => {
      const key = newKey();
      await put(key, { owner: 'first' });

      const again = await dynamo.write(create(key, { owner: 'second' }));

      expect(again).toEqual({ won: false, current: { ...key, owner: 'first' } });
      expect(await read(key)).toEqual({ ...key, owner: 'first' });
    });

    it('answers the loser with null where there is no row', async () => {
      const lost = await dynamo.write({
        kind: 'delete',
        table: 'tokens',
        key: newKey(),
        condition: 'attribute_exists(#pk)',
      });

      expect(lost).toEqual({ won: false, current: null });
    });

    it('lets one of fifty consume a row', async () => {
      const key = newKey();
      await put(key);

      const results = await Promise.all(
        Array.from({ length: 50 }, () =>
          dynamo.write({ kind: 'delete', table: 'tokens', key, condition: 'attribute_exists(#pk)' }),
        ),
      );

      expect(results.filter(({ won }) => won)).toEqual([{ won: true, item: key }]);
    });

    it('knows no reserved words: every name is an alias', async () => {
      const key = newKey();
      await put(key);

      const result = await dynamo.write({
        kind: 'update',
        table: 'tokens',
        key,
        update: 'SET #name = :a, #status = :b, #ttl = :c, #user = :d',
        condition: 'attribute_not_exists(#year)',
        values: { ':a': 1, ':b': 2, ':c': 3, ':d': 4 },
      });

      expect(result).toEqual({ won: true, item: { ...key, name: 1, status: 2, ttl: 3, user: 4 } });
    });

    it('takes a name from its caller for one step of a path, whatever is in it', async () => {
      const key = newKey();
      await put(key, { sessions: {} });

      const result = await dynamo.write({
        kind: 'update',
        table: 'tokens',
        key,
        update: 'SET #sessions.#id = :until',
        names: { '#id': 'a.b[0] OR attribute_exists(c)' },
        values: { ':until': 1 },
      });

      expect(result).toEqual({
        won: true,
        item: { ...key, sessions: { 'a.b[0] OR attribute_exists(c)': 1 } },
      });
    });

    it('leaves out what is undefined', async () => {
      const key = newKey();
      await put(key, { there: null, absent: undefined });

      expect(await read(key)).toEqual({ ...key, there: null });
    });
  });

  describe('a transaction', () => {
    it('does all, in every table', async () => {
      const [first, second] = [newKey(), newKey()];

      const result = await dynamo.transact([
        create(first, { a: 1 }),
        { ...create(second, { b: 2 }), table: 'accounts' },
      ]);

      expect(result).toEqual({ won: true });
      expect(await read(first)).toMatchObject({ a: 1 });
      expect(await dynamo.get('accounts', second)).toMatchObject({ b: 2 });
    });

    it('does nothing when one condition refuses, and says which, with the rows in the way', async () => {
      const [free, taken, missing] = [newKey(), newKey(), newKey()];
      await put(taken, { owner: 'first' });

      const result = await dynamo.transact([
        create(free),
        create(taken),
        { kind: 'check', table: 'tokens', key: missing, condition: 'attribute_exists(#pk)' },
      ]);

      expect(result).toEqual({
        won: false,
        refusals: [null, { current: { ...taken, owner: 'first' } }, { current: null }],
      });
      expect(await read(free)).toBeNull();
    });

    it('is won by one of twenty', async () => {
      const [shared, ...own] = Array.from({ length: 21 }, newKey) as [Key, ...Key[]];

      const results = await Promise.all(own.map((key) => dynamo.transact([create(shared), create(key)])));
      const written = (await Promise.all(own.map(read))).filter(Boolean);

      expect(results.filter(({ won }) => won)).toHaveLength(1);
      expect(written).toHaveLength(1);
    });

    it.each([1, CONFLICT_TRIES - 1])('waits until others are out of its way: %d conflicts', async (times) => {
      const key = newKey();
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times, kind: 'conflict' });

      const operations = await operationsDuring(world.proxy, () => dynamo.transact([create(key)]));

      expect(operations).toHaveLength(times + 1);
      expect(await read(key)).toEqual(key);
    });

    it('gives up after seven conflicts, with nothing written', async () => {
      const key = newKey();
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 50, kind: 'conflict' });

      const operations = await operationsDuring(world.proxy, () =>
        expect(dynamo.transact([create(key)])).rejects.toThrow(StoreUnavailable),
      );

      expect(operations).toHaveLength(CONFLICT_TRIES);
      expect(await read(key)).toBeNull();
    });

    it('waits for a write of one row in the same way', async () => {
      const key = newKey();
      world.proxy.fail({ operation: 'PutItem', after: 0, times: CONFLICT_TRIES - 1, kind: 'conflict' });

      const operations = await operationsDuring(world.proxy, () => put(key));

      expect(operations).toHaveLength(CONFLICT_TRIES);
      expect(await read(key)).toEqual(key);
    });

    it('gives a write of one row up after seven conflicts, as out of reach and no fault of ours', async () => {
      const key = newKey();
      world.proxy.fail({ operation: 'PutItem', after: 0, times: 50, kind: 'conflict' });

      await expect(put(key)).rejects.toThrow(StoreUnavailable);

      world.proxy.heal();
      expect(await read(key)).toBeNull();
    });

    it('waits for a read in the same way', async () => {
      const key = newKey();
      await put(key);
      world.proxy.fail({ operation: 'TransactGetItems', after: 0, times: 2, kind: 'conflict' });

      expect(await dynamo.transactGet([{ table: 'tokens', key }])).toEqual([key]);
    });

    it('never tries again what a condition refused', async () => {
      const key = newKey();
      await put(key);

      const operations = await operationsDuring(world.proxy, () => dynamo.transact([create(key)]));

      expect(operations).toEqual(['TransactWriteItems']);
    });

    it('has been won when only its answer was lost', async () => {
      const key = newKey();
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'lost-answer' });

      const result = await dynamo.transact([create(key)]);

      expect(result).toEqual({ won: true });
      expect(await read(key)).toEqual(key);
    });
  });

  describe('a write of one row whose answer was lost', () => {
    it('is repeated, and loses against its own row where it has a condition', async () => {
      const key = newKey();
      world.proxy.fail({ operation: 'PutItem', after: 0, times: 1, kind: 'lost-answer' });

      const result = await dynamo.write(create(key, { owner: 'this call' }));

      expect(result).toEqual({ won: false, current: { ...key, owner: 'this call' } });
    });

    it('is done twice where it has none: a counter has counted twice', async () => {
      const key = newKey();
      world.proxy.fail({ operation: 'UpdateItem', after: 0, times: 1, kind: 'lost-answer' });

      const add = { kind: 'update', table: 'tokens', key, update: 'ADD #count :one', values: { ':one': 1 } } as const;

      expect(await dynamo.write(add)).toEqual({ won: true, item: { ...key, count: 2 } });
    });
  });

  describe('a fault', () => {
    const calls: [string, (key: Key) => Promise<unknown>][] = [
      ['get', (key) => dynamo.get('tokens', key)],
      ['transactGet', (key) => dynamo.transactGet([{ table: 'tokens', key }])],
      ['write', (key) => dynamo.write(create(key))],
      ['transact', (key) => dynamo.transact([create(key)])],
    ];
    it.each([
      ...calls.flatMap(([name, call]) => (['server-error', 'reset'] as const).map((kind) => ({ name, kind, call }))),
      { name: 'get', kind: 'throttle' as const, call: (key: Key) => dynamo.get('tokens', key) }, // with the SDK's backoff
    ])('of the kind $kind at $name is an outage, and says nothing of the row', async ({ call, kind }) => {
      const key: Key = { pk: 'INTENT#canary-of-the-port', sk: 'ROW' };
      world.proxy.fail({ operation: null, after: 0, times: 50, kind });

      const error = await call(key).then(
        () => null,
        (reason: Error) => reason,
      );

      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toContain('canary-of-the-port');
      expect(error?.cause).toBeUndefined();
    });

    it.each(calls)('that lasts a moment is not noticed at %s', async (_, call) => {
      world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'server-error' });

      await expect(call(newKey())).resolves.toBeDefined();
    });

    it.each(calls)('of ours at %s is no outage: repeating it would not help', async (_, call) => {
      world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

      const error = await call(newKey()).then(
        () => null,
        (reason: Error) => reason,
      );

      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(StoreUnavailable);
    });
  });

  describe('a table that the contract does not name', () => {
    const key: Key = { pk: 'INTENT#unnamed', sk: 'ROW' };
    const { tokens: _unnamed, ...named } = { accounts: 'a', credentials: 'c', tokens: 't', outbox: 'o' };
    const narrow = () => connect({ config: { tables: named }, clock: world.clock, randomness: csprng });

    it.each<[string, (store: Dynamo) => Promise<unknown>]>([
      ['get', (store) => store.get('tokens', key)],
      ['transactGet', (store) => store.transactGet([{ table: 'tokens', key }])],
      ['write', (store) => store.write(create(key))],
      ['transact', (store) => store.transact([create(key)])],
    ])('is out of reach of %s, before any call, and that is a mistake and no outage', async (_, call) => {
      let error: unknown;

      const operations = await operationsDuring(world.proxy, async () => {
        error = await call(narrow()).catch((reason: unknown) => reason);
      });

      expect(operations).toEqual([]);
      expect(error).toMatchObject({ name: 'Error', message: 'the contract does not name the table tokens' });
    });
  });
});
