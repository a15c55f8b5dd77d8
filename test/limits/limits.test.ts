import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { makeLimits, provideLimits } from '../../shared/limits/limits.ts';
import { GLOBAL_LIMIT_SHARDS } from '../../shared/limits/rate-limit.ts';
import type { LimitNumbers } from '../../shared/limits/request-windows.ts';
import type { Randomness } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { startWorld, type World } from '../support/world.ts';

const WINDOW = 900;
const NUMBERS: LimitNumbers = {
  perIdentifier: { max: 3, windowSeconds: WINDOW },
  perSource: { max: 5, windowSeconds: WINDOW },
  global: { max: 1_000_000, windowSeconds: WINDOW },
};

describe('limits', () => {
  let world: World;
  let dynamo: Dynamo;
  let flows = 0;

  beforeAll(async () => {
    world = await startWorld();
    dynamo = connectDynamo({ config: { tables: world.tables }, clock: world.clock, randomness: csprng });
  });
  afterAll(() => world.close());

  /** Counters of this test alone. */
  const newLimits = (
    numbers: Partial<LimitNumbers> = {},
    { flow, randomness, sparesFresh = false }: { flow?: string; randomness?: Randomness; sparesFresh?: boolean } = {},
  ) => {
    flows += 1;
    return makeLimits({
      flow: flow ?? `flow-${flows}`,
      sparesFresh,
      numbers: { ...NUMBERS, ...numbers },
      dynamo,
      keyring: makeKeyring(JSON.parse(readFileSync(world.keyringFile, 'utf8'))),
      clock: world.clock,
      randomness: randomness ?? csprng,
    });
  };
  const ada = { identifier: 'ada@example.com', sourceNetwork: '203.0.113.7', captcha: null };
  const rowKey = (name: string) => ({ pk: `INTENT#${name}` as const, sk: 'ROW' });
  const beside = (name: string, condition?: string): Write => ({
    kind: 'put',
    table: 'outbox',
    item: rowKey(name),
    ...(condition && { condition }),
  });

  it('lets as many through as are allowed, and then tells the wait', async () => {
    const limits = newLimits();

    const spent = [await limits.spend(ada), await limits.spend(ada), await limits.spend(ada), await limits.spend(ada)];

    expect(spent.slice(0, 3)).toEqual([null, null, null]);
    expect(spent[3]).toEqual({ limit: 3, windowSeconds: WINDOW, retryAfterSeconds: expect.any(Number) });
  });

  it('begins anew with every window, as often as there is one', async () => {
    const limits = newLimits({ perIdentifier: { max: 1, windowSeconds: WINDOW } });
    const outcomes: boolean[] = [];

    for (let window = 0; window < 4; window += 1) {
      outcomes.push((await limits.spend(ada)) === null);
      const exceeded = await limits.spend(ada);
      outcomes.push(exceeded === null);
      world.clock.advance(exceeded?.retryAfterSeconds ?? 0);
    }

    expect(outcomes).toEqual([true, false, true, false, true, false, true, false]);
  });

  it('never lets more through in a window because time passes inside it', async () => {
    const limits = newLimits({ perIdentifier: { max: 1, windowSeconds: WINDOW } });
    await limits.spend(ada);
    world.clock.advance((await limits.spend(ada))?.retryAfterSeconds ?? 0); // to the beginning of a window
    await limits.spend(ada);
    const outcomes: unknown[] = [];

    for (let step = 0; step < 9; step += 1) {
      world.clock.advance(WINDOW / 10);
      outcomes.push((await limits.spend(ada)) === null);
    }

    expect(outcomes).toEqual(Array(9).fill(false));
  });

  it('begins the windows of different identifiers at different times', async () => {
    const limits = newLimits({
      perIdentifier: { max: 1, windowSeconds: WINDOW },
      perSource: { max: 100, windowSeconds: WINDOW },
    });
    const waits = new Set<number | undefined>();

    for (let index = 0; index < 8; index += 1) {
      const one = { ...ada, identifier: `reader-${index}@example.com` };
      await limits.spend(one);
      waits.add((await limits.spend(one))?.retryAfterSeconds);
    }

    expect(waits.size).toBeGreaterThan(5);
  });

  it('tells the longest wait when several refuse', async () => {
    const limits = newLimits({
      perIdentifier: { max: 1, windowSeconds: 60 },
      perSource: { max: 1, windowSeconds: 86_400 },
    });
    await limits.spend(ada);
    const single = [
      await limits.spend({ ...ada, sourceNetwork: '192.0.2.1' }),
      await limits.spend({ ...ada, identifier: 'bob@example.com' }),
    ];

    const both = await limits.spend(ada);

    const longest = Math.max(...single.map((exceeded) => exceeded?.retryAfterSeconds ?? 0));
    expect(both?.retryAfterSeconds).toBe(longest);
  });

  it.each([
    ['identifier', { perIdentifier: { max: 1, windowSeconds: 86_400 }, perSource: { max: 1, windowSeconds: 60 } }],
    ['source', { perIdentifier: { max: 1, windowSeconds: 60 }, perSource: { max: 1, windowSeconds: 86_400 } }],
  ])('tells the wait of the %s where that is the longest', async (_, numbers) => {
    const limits = newLimits(numbers);
    await limits.spend(ada);

    expect(await limits.spend(ada)).toMatchObject({ windowSeconds: 86_400 });
  });

  it('counts a request in one transaction and writes nothing beside its counters', async () => {
    const limits = newLimits({ perIdentifier: { max: 1, windowSeconds: WINDOW } });

    await limits.spend(ada);
    await limits.spendOrPass({ ...ada, identifier: 'bob@example.com' }, []);

    const counters = Array.from({ length: 4 }, () => ({ Update: expect.any(Object) })); // address, network, /24, all strangers'
    const sent = world.proxy.calls.slice(-2).map(({ body }) => body.TransactItems);
    expect(sent).toEqual([counters, counters]);
  });

  it.each([
    ['an IPv4 address', '203.0.113.7', ['source', 'source-24']],
    ['a /64', '2001:db8:1:2ff::/64', ['source', 'source-56', 'source-48']],
    ['no readable address', 'unknown', ['source']],
  ])('names the counters of the networks of %s by their sizes', async (_, sourceNetwork, names) => {
    const limits = newLimits({}, { flow: `sizes-${names.length}` });

    await limits.spend({ ...ada, sourceNetwork });

    const counters = (await world.rows('tokens')).map(({ pk }) => String(pk));
    const named = counters.filter((pk) => pk.startsWith(`LIMIT#sizes-${names.length}/source`));
    expect(named.map((pk) => /\/(.+?)#/.exec(pk)?.[1])).toEqual(expect.arrayContaining(names));
    expect(named).toHaveLength(names.length);
  });

  it('counts under a MAC for limits alone, so that counters of a release before go on', async () => {
    const keyring = makeKeyring(JSON.parse(readFileSync(world.keyringFile, 'utf8')));
    const limits = newLimits({}, { flow: 'keyed' });

    await limits.spend(ada);

    const digest = keyring.hmac('limit-key', `keyed/identifier/${ada.identifier}`).toString('base64url');
    const counters = (await world.rows('tokens')).map(({ pk }) => String(pk));
    expect(counters.filter((pk) => pk.startsWith(`LIMIT#keyed/identifier#${digest}#`))).toHaveLength(1);
  });

  it('counts no identifier where there is no limit for one', async () => {
    const limits = newLimits({ perIdentifier: undefined }, { flow: 'nobody' });
    const { sourceNetwork } = ada;

    const spent = [];
    for (let index = 0; index < 6; index += 1) spent.push(await limits.spend({ sourceNetwork, captcha: null }));

    expect(spent.map((exceeded) => exceeded?.limit ?? null)).toEqual([null, null, null, null, null, 5]);
    const counters = (await world.rows('tokens')).map(({ pk }) => String(pk));
    expect(counters.filter((pk) => pk.startsWith('LIMIT#nobody/identifier'))).toEqual([]);
  });

  it.each([
    ['comes where there is no limit for one', undefined, ada],
    [
      'is missing where there is a limit for one',
      NUMBERS.perIdentifier,
      { sourceNetwork: ada.sourceNetwork, captcha: null },
    ],
  ])('breaks off where an identifier %s, for a limit would be left out', async (_, perIdentifier, request) => {
    await expect(newLimits({ perIdentifier }).spend(request)).rejects.toThrow('an identifier is counted or is not');
  });

  it.each([
    ['signUp', 'sign-up', false],
    ['signIn', 'sign-in', true],
    ['requestVerification', 'request-verification', false],
    ['accountVerification', 'account-verification', false],
    ['ownerVerification', 'owner-verification', true],
    ['requestRecovery', 'request-recovery', true],
    ['requestSignInLink', 'request-sign-in-link', true],
  ] as const)('of %s have the numbers of their setting and the counters of %s', async (name, flow, sparesFresh) => {
    const provided = (numbers: LimitNumbers, shard: number) =>
      provideLimits[name]({
        use: () => null, // no captcha is asked for
        settings: { limits: { [name]: numbers } },
        dynamo,
        keyring: makeKeyring(JSON.parse(readFileSync(world.keyringFile, 'utf8'))),
        clock: world.clock,
        randomness: { ...csprng, integer: () => shard },
      } as never);
    const small = { ...NUMBERS, global: { max: GLOBAL_LIMIT_SHARDS, windowSeconds: WINDOW } };
    for (let spent = 0; spent < 3; spent += 1) await provided(NUMBERS, 1).spend(ada);

    const exceeded = await newLimits({}, { flow }).spend(ada);
    const fresh = [];
    for (const host of [1, 2, 3]) {
      const one = { identifier: `reader-${host}@example.com`, sourceNetwork: `198.51.${host}.7`, captcha: null };
      fresh.push((await provided(small, 0).spend(one)) === null);
    }

    expect(exceeded).toMatchObject({ limit: 3 });
    expect(fresh).toEqual([true, sparesFresh, sparesFresh]);
  });

  it('costs a refused request nothing at the counters that would have let it through', async () => {
    const limits = newLimits();
    const others = ['b', 'c'].map((name) => ({ ...ada, identifier: `${name}@example.com` }));
    for (let spent = 0; spent < 20; spent += 1) await limits.spend(ada); // 3 of the source's 5

    const after = [await limits.spend(others[0] ?? ada), await limits.spend(others[1] ?? ada)];

    expect(after).toEqual([null, null]);
  });

  it('does what rides along when the request may go on, and only then', async () => {
    const limits = newLimits({ perIdentifier: { max: 1, windowSeconds: WINDOW } });

    await limits.spend({ ...ada, writes: [beside('first')] });
    await limits.spend({ ...ada, writes: [beside('second')] });

    expect(await dynamo.get('outbox', rowKey('first'))).toEqual(rowKey('first'));
    expect(await dynamo.get('outbox', rowKey('second'))).toBeNull();
  });

  it('takes the refusal of what rides along for no limit', async () => {
    const limits = newLimits();

    const spend = limits.spend({ ...ada, writes: [beside('never', 'attribute_exists(#pk)')] });

    await expect(spend).rejects.toThrow('a write beside the counters was refused');
  });

  it('counts flows apart', async () => {
    const numbers = { perIdentifier: { max: 1, windowSeconds: WINDOW } };
    const [signUps, signIns] = [newLimits(numbers, { flow: 'apart-a' }), newLimits(numbers, { flow: 'apart-b' })];

    const spent = [await signUps.spend(ada), await signIns.spend(ada), await signUps.spend(ada)];

    expect(spent.map((exceeded) => exceeded === null)).toEqual([true, true, false]);
  });

  it.each([
    ['addresses of a /24', (index: number) => `192.0.2.${index}`, 50],
    ['/64 of a /56', (index: number) => `2001:db8:0:${index.toString(16)}::/64`, 10],
    ['/64 of a /48', (index: number) => `2001:db8:0:${(index * 256).toString(16)}::/64`, 40],
  ])('counts %s together, at a multiple of what one may', async (_, networkOf, together) => {
    const limits = newLimits();
    const refused = [];

    for (let index = 0; index < together + 2; index += 1) {
      const request = { ...ada, identifier: `reader-${index}@example.com`, sourceNetwork: networkOf(index) };
      refused.push(await limits.spend(request));
    }

    expect(refused.filter((exceeded) => exceeded === null)).toHaveLength(together);
    expect(refused.slice(together).map((exceeded) => exceeded?.limit)).toEqual([together, together]);
  });

  describe('near the global maximum', () => {
    const global = { max: 4 * GLOBAL_LIMIT_SHARDS, windowSeconds: WINDOW };
    const oneShard: Randomness = { ...csprng, integer: () => 0 };
    const perSource = { max: 20, windowSeconds: WINDOW };
    let serial = 0;
    const from = (sourceNetwork: string) => {
      serial += 1;
      return { ...ada, identifier: `reader-${serial}@example.com`, sourceNetwork };
    };

    it('refuses first the networks that have spent much, and lets others go on until it is reached', async () => {
      const limits = newLimits({ global, perSource }, { randomness: oneShard });
      for (let spent = 0; spent < 2; spent += 1) await limits.spend(from('198.51.100.7'));

      const spender = await limits.spend(from('198.51.100.7'));
      const others = [await limits.spend(from('203.0.113.1')), await limits.spend(from('203.0.113.1'))];
      const last = await limits.spend(from('192.0.2.1'));

      expect(spender).toMatchObject({ limit: 2 });
      expect(others).toEqual([null, null]);
      expect(last).toMatchObject({ limit: global.max });
    });

    it('lets networks that have hardly spent anything on for ever, where it is asked to', async () => {
      const limits = newLimits({ global, perSource }, { randomness: oneShard, sparesFresh: true });
      for (let index = 0; index < 9; index += 1) expect(await limits.spend(from(`10.0.${index}.7`))).toBeNull();

      const often = [];
      for (let spent = 0; spent < 3; spent += 1) often.push(await limits.spend(from('198.51.100.7')));

      expect(often).toEqual([null, null, expect.objectContaining({ limit: 2 })]);
    });

    it('takes one call as long as there is none, and two from then on', async () => {
      const limits = newLimits({ global, perSource }, { randomness: oneShard, sparesFresh: true });
      const calls = async () => {
        const before = world.proxy.calls.length;
        await limits.spend(from(`10.1.${serial}.7`));
        return world.proxy.calls.length - before;
      };

      expect([await calls(), await calls(), await calls()]).toEqual([1, 1, 2]);
    });

    it('is not asked where what rides along was refused too, for that is the answer', async () => {
      const limits = newLimits({ global, perSource }, { randomness: oneShard, sparesFresh: true });
      for (let spent = 0; spent < 2; spent += 1) await limits.spend(from('10.2.0.7'));
      const before = world.proxy.calls.length;

      const result = await limits.spendWith({ ...from('10.2.1.7'), writes: [beside('no', 'attribute_exists(#pk)')] });

      expect([result.won, world.proxy.calls.length - before]).toEqual([false, 1]);
    });

    it('is not asked where another limit has refused', async () => {
      const limits = newLimits({ global, perSource, perIdentifier: { max: 1, windowSeconds: WINDOW } });
      await limits.spend(ada);
      const before = world.proxy.calls.length;

      await limits.spend(ada);

      expect(world.proxy.calls.length - before).toBe(1);
    });
  });

  describe('a pass', () => {
    const perIdentifier = { max: 1, windowSeconds: WINDOW };
    const oneShard: Randomness = { ...csprng, integer: () => 0 };
    const passOf = (write: Write) => async () => ({ by: 'a pass', writes: [write] });
    const callsDuring = async (act: () => Promise<unknown>): Promise<number> => {
      const before = world.proxy.calls.length;
      await act();
      return world.proxy.calls.length - before;
    };

    it('is looked at only where the limit of the identifier refuses, and lets the request on', async () => {
      const limits = newLimits({ perIdentifier });

      const first = await limits.spendOrPass(ada, [passOf(beside('pass-1'))]);
      const unused = await dynamo.get('outbox', rowKey('pass-1'));
      const second = await limits.spendOrPass(ada, [passOf(beside('pass-1'))]);

      expect([first, unused]).toEqual([{ exceeded: null, isPassable: false, passedBy: null }, null]);
      expect(second).toEqual({ exceeded: null, isPassable: true, passedBy: 'a pass' });
      expect(await dynamo.get('outbox', rowKey('pass-1'))).not.toBeNull();
    });

    it('whose conditions do not hold leaves the refusal as it is without one', async () => {
      const limits = newLimits({ perIdentifier });
      await limits.spend(ada);

      const without = await limits.spendOrPass(ada, []);
      const refused = await limits.spendOrPass(ada, [passOf(beside('pass-2', 'attribute_exists(#pk)'))]);

      expect(without).toEqual({ exceeded: expect.objectContaining({ limit: 1 }), isPassable: true, passedBy: null });
      expect(refused).toEqual(without);
    });

    it('gives way to the next of several, and none is found where the limit has room', async () => {
      const limits = newLimits({ perIdentifier });
      const found: string[] = [];
      const pass = (by: string, write: Write | null) => async () => {
        found.push(by);
        return write && { by, writes: [write] };
      };
      const passes = [
        pass('none', null),
        pass('ended', beside('pass-7', 'attribute_exists(#pk)')),
        pass('good', beside('pass-8')),
        pass('spare', beside('pass-9')),
      ];

      const within = await limits.spendOrPass(ada, passes);
      const before = found.splice(0);
      const beyond = await limits.spendOrPass(ada, passes);

      expect([within.passedBy, before]).toEqual([null, []]);
      expect([beyond.passedBy, found]).toEqual(['good', ['none', 'ended', 'good']]);
      expect(await dynamo.get('outbox', rowKey('pass-9'))).toBeNull();
    });

    it('of which one condition does not hold leaves the refusal as it is', async () => {
      const limits = newLimits({ perIdentifier });
      await limits.spend(ada);

      const refused = await limits.spendOrPass(ada, [
        async () => ({ by: 'half', writes: [beside('pass-10'), beside('pass-11', 'attribute_exists(#pk)')] }),
      ]);

      expect(refused).toEqual({ exceeded: expect.objectContaining({ limit: 1 }), isPassable: true, passedBy: null });
      expect(await dynamo.get('outbox', rowKey('pass-10'))).toBeNull();
    });

    it('is nothing to the limit of a network, which refuses without a further call', async () => {
      const limits = newLimits({ perIdentifier, perSource: { max: 2, windowSeconds: WINDOW } });
      await limits.spend(ada);
      const passed = await limits.spendOrPass(ada, [passOf(beside('pass-3'))]);

      const calls = await callsDuring(async () => {
        expect(await limits.spendOrPass(ada, [passOf(beside('pass-4'))])).toEqual({
          exceeded: expect.objectContaining({ windowSeconds: WINDOW }),
          isPassable: false,
          passedBy: null,
        });
      });

      expect([passed.passedBy, calls]).toEqual(['a pass', 1]);
      expect(await dynamo.get('outbox', rowKey('pass-4'))).toBeNull();
    });

    it('takes two calls under pressure too, and no network that has spent much passes then', async () => {
      const numbers = {
        perIdentifier,
        perSource: { max: 20, windowSeconds: WINDOW },
        global: { max: 4 * GLOBAL_LIMIT_SHARDS, windowSeconds: WINDOW },
      };
      const limits = newLimits(numbers, { randomness: oneShard, sparesFresh: true });
      await limits.spend(ada);
      await limits.spend({ ...ada, identifier: 'bob@example.com' }); // half of the shard is used up, and two of this network
      const fresh = { ...ada, sourceNetwork: '198.51.100.9' };

      const calls = await callsDuring(async () => {
        expect(await limits.spendOrPass(fresh, [passOf(beside('pass-5'))])).toMatchObject({
          exceeded: null,
          passedBy: 'a pass',
        });
      });
      const often = await limits.spendOrPass(ada, [passOf(beside('pass-6'))]);

      expect(calls).toBe(2);
      expect(often).toEqual({
        exceeded: expect.objectContaining({ limit: 2 }),
        isPassable: false,
        passedBy: null,
      });
    });
  });

  it('lets exactly as many of fifty at once through', async () => {
    const limits = newLimits();

    const spent = await withoutTimeouts(() => Promise.all(Array.from({ length: 50 }, () => limits.spend(ada))));

    expect(spent.filter((exceeded) => exceeded === null)).toHaveLength(3);
  });

  it('shares the global maximum out among its shards, and lets no more than that through', async () => {
    let turn = 0;
    const inTurn: Randomness = {
      ...csprng,
      integer: (exclusiveMax) => {
        turn += 1;
        return turn % exclusiveMax;
      },
    };
    const max = 2 * GLOBAL_LIMIT_SHARDS;
    const limits = newLimits({ global: { max, windowSeconds: WINDOW } }, { flow: 'global', randomness: inTurn });
    const spread = (index: number) => ({
      ...ada,
      identifier: `reader-${index}@example.com`,
      sourceNetwork: `10.0.${index}.7`,
    });

    const spent = [];
    for (let index = 0; index < max + GLOBAL_LIMIT_SHARDS; index += 1) spent.push(await limits.spend(spread(index)));

    expect(spent.slice(0, max).every((exceeded) => exceeded === null)).toBe(true);
    expect(spent.slice(max).map((exceeded) => exceeded?.limit)).toEqual(Array(GLOBAL_LIMIT_SHARDS).fill(max));
    const shards = (await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('LIMIT#global/global#'));
    expect(shards).toHaveLength(GLOBAL_LIMIT_SHARDS);
  });

  it('leaves counters that end with their window', async () => {
    const limits = newLimits({}, { flow: 'ending' });

    await limits.spend(ada);

    const counters = (await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('LIMIT#ending/'));
    expect(counters).toHaveLength(4); // address, /24, all strangers'
    for (const { expiresAtEpochSeconds: end, used } of counters) {
      expect(used).toBe(1);
      expect(Number(end)).toBeGreaterThan(world.clock.nowSeconds());
      expect(Number(end)).toBeLessThanOrEqual(world.clock.nowSeconds() + WINDOW);
    }
  });
});
