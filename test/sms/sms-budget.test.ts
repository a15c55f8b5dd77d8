import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Item, Key } from '../../shared/aws/dynamo.ts';
import type { SmsRequester } from '../../shared/contract/sms-requester.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import {
  allowed,
  refusedBy,
  SENT,
  type SmsBudgetWorld,
  several,
  sms,
  spendAll,
  startSmsBudgetWorld,
} from '../support/sms-budget-world.ts';
import { withoutTimeouts } from '../support/waits.ts';

const DAY = 24 * 3600;

describe('sms-budget', () => {
  let world: SmsBudgetWorld;

  beforeAll(async () => {
    world = await startSmsBudgetWorld();
  });
  afterEach(() => world.proxy.heal());
  afterAll(() => world.close());

  it('takes the operator’s settings as they are', async () => {
    const { budget } = await world.open(DEFAULTS.sms);

    expect(await budget.spend(sms())).toEqual(SENT);
  });

  describe('country', () => {
    it('sends to the countries of the list and no others, at the cost of no call', async () => {
      const { budget } = await world.open({ countries: ['AT'] });
      const toGermany = sms({ to: { e164: '+4915123456789', country: 'DE' } });

      const operations = await operationsDuring(world.proxy, async () => {
        expect(await budget.spend(toGermany)).toEqual(refusedBy('country'));
      });

      expect(operations).toEqual([]);
      expect(await budget.spend(sms())).toEqual(SENT);
    });
  });

  describe('money', () => {
    it('is spent to the last cent and not beyond, each day anew', async () => {
      const { budget, clock } = await world.open({ dailyBudgetUsd: 1 });

      const first = await spendAll(budget, several(12));
      clock.advance(DAY);
      const second = await spendAll(budget, several(12));

      for (const outcomes of [first, second]) {
        expect(outcomes.map((one) => one.refusedBy)).toEqual([...Array(10).fill(null), 'budget', 'budget']);
      }
    });

    it('is the same day until midnight in UTC', async () => {
      const { budget, clock } = await world.open({ dailyBudgetUsd: 0.1 });
      await budget.spend(sms());
      const toMidnight = DAY - (clock.nowSeconds() % DAY);

      clock.advance(toMidnight - 1);
      expect(await budget.spend(sms())).toEqual(refusedBy('budget'));
      clock.advance(1);
      expect((await budget.spend(sms())).refusedBy).toBeNull();
    });

    it('counts every segment, at the price of its country', async () => {
      const { budget, row } = await world.open();

      await spendAll(budget, [
        sms({ segments: 3 }),
        sms({ to: { e164: '+4915123456789', country: 'DE' }, segments: 2 }),
      ]);

      expect(await row('SMS_BUDGET#')).toMatchObject({ pk: 'SMS_BUDGET#2026-11-21', spentMicroUsd: 900_000 });
    });

    it('lets a cheap message pass where a dear one did not', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 0.3 });
      await budget.spend(sms());

      const outcomes = await spendAll(budget, [sms({ segments: 3 }), sms({ segments: 2 })]);

      expect(outcomes.map((one) => one.refusedBy)).toEqual(['budget', null]);
    });

    const asked = (requestedBy: SmsRequester, count: number) => several(count).map((one) => ({ ...one, requestedBy }));

    it('keeps from strangers what is reserved for accounts and owners, and from accounts what is reserved for owners', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 1, reserved: { owners: 0.5, accounts: 0.2 } });

      const outcomes = await spendAll(budget, [...asked('anyone', 5), ...asked('account', 4), ...asked('owner', 7)]);

      const who = outcomes.map((one) => one.refusedBy ?? 'sent');
      expect(who.slice(0, 5)).toEqual(['sent', 'sent', 'sent', 'share', 'share']);
      expect(who.slice(5, 9)).toEqual(['sent', 'sent', 'share', 'share']);
      expect(who.slice(9)).toEqual([...Array(5).fill('sent'), 'budget', 'budget']);
    });

    it('lets owners spend all of a day on which others are quiet', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 1, reserved: { owners: 0.3, accounts: 0.3 } });

      expect(allowed(await spendAll(budget, asked('owner', 12)))).toBe(10);
      expect(allowed(await spendAll(budget, asked('anyone', 1)))).toBe(0);
    });

    it('keeps its reserves to the cent, however many strangers, accounts and owners come at once', async () => {
      const { budget, row } = await world.open({ dailyBudgetUsd: 2, reserved: { owners: 0.5, accounts: 0.2 } });
      const all = [...asked('anyone', 20), ...asked('account', 20), ...asked('owner', 20)];

      const outcomes = await withoutTimeouts(() => Promise.all(all.map((one) => budget.spend(one))));

      const sentTo = (from: number) => allowed(outcomes.slice(from, from + 20));
      expect(sentTo(0)).toBeLessThanOrEqual(6);
      expect(sentTo(0) + sentTo(20)).toBeLessThanOrEqual(10);
      expect(sentTo(40)).toBeGreaterThanOrEqual(10);
      expect(allowed(outcomes)).toBe(20);
      expect(await row('SMS_BUDGET#')).toMatchObject({
        spentMicroUsd: 2_000_000,
        unprovenMicroUsd: 100_000 * (sentTo(0) + sentTo(20)),
        anonymousMicroUsd: 100_000 * sentTo(0),
      });
    });

    it('with all of it reserved sends nothing for strangers, not even the first', async () => {
      const { budget, rows } = await world.open({ reserved: { owners: 0.6, accounts: 0.4 } });

      expect(await budget.spend(sms({ requestedBy: 'anyone' }))).toEqual(refusedBy('share'));
      expect(await rows()).toEqual([]);
      expect(await budget.spend(sms({ requestedBy: 'account' }))).toEqual(SENT);
    });

    it('is not told to be used up where strangers have used up their share', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 1, reserved: { owners: 0.6, accounts: 0 } });

      const outcomes = await spendAll(budget, asked('anyone', 6));

      expect(outcomes.map((one) => one.crossedPercent)).toEqual(Array(6).fill(null));
    });

    it('goes on with a row of release 0.1.0, which knows no classes', async () => {
      const { budget, dynamo, row } = await world.open({ dailyBudgetUsd: 1 });
      await budget.spend(sms());
      const { unprovenMicroUsd, anonymousMicroUsd, ...older } = (await row('SMS_BUDGET#')) ?? {};
      await dynamo.write({ kind: 'put', table: 'tokens', item: older as Item & Key });

      expect(await budget.spend(sms())).toEqual(SENT);

      expect(await row('SMS_BUDGET#')).toMatchObject({ spentMicroUsd: 200_000, anonymousMicroUsd: 100_000 });
    });

    it.each([0, 0.09])('of %d sends nothing, not even the first', async (dailyBudgetUsd) => {
      const { budget, rows } = await world.open({ dailyBudgetUsd });

      expect(await budget.spend(sms())).toEqual(refusedBy('budget'));
      expect(await rows()).toEqual([]);
    });

    it('for ten lets exactly ten of fifty through that come at once', async () => {
      const { budget, row } = await world.open({ dailyBudgetUsd: 1 });

      const outcomes = await Promise.all(several(50).map((one) => budget.spend(one)));

      expect(allowed(outcomes)).toBe(10);
      expect(outcomes.filter((one) => one.refusedBy === 'budget')).toHaveLength(40);
      expect((await row('SMS_BUDGET#'))?.spentMicroUsd).toBe(1_000_000);
    });

    it('tells at 50, 80 and 100 percent, each once', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 1 });

      const outcomes = await spendAll(budget, several(12));

      expect(outcomes.map((one) => one.crossedPercent)).toEqual([
        null,
        null,
        null,
        null,
        50,
        null,
        null,
        80,
        null,
        100,
        null,
        null,
      ]);
    });

    it('tells of 100 percent when it refuses for the first time, though something is left', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 0.95 });

      const outcomes = await spendAll(budget, several(11));

      expect(outcomes.slice(8)).toEqual([
        SENT,
        { refusedBy: 'budget', crossedPercent: 100 },
        { refusedBy: 'budget', crossedPercent: null },
      ]);
    });

    it('tells of the highest where one message crosses several', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 1 });

      const outcomes = await spendAll(budget, [sms({ segments: 9 }), sms()]);

      expect(outcomes.map((one) => one.crossedPercent)).toEqual([80, 100]);
    });

    it('tells each stage to one of many that come at once', async () => {
      const { budget } = await world.open({ dailyBudgetUsd: 1 });

      const outcomes = await Promise.all(several(50).map((one) => budget.spend(one)));

      const told = outcomes.map((one) => one.crossedPercent).filter((percent) => percent !== null);
      expect(told).toContain(100);
      expect(new Set(told).size).toBe(told.length);
    });
  });

  describe('an intent', () => {
    it('pays once, however often its SMS is tried', async () => {
      const { budget, row } = await world.open({ dailyBudgetUsd: 0.1 });
      const one = sms();

      const outcomes = await spendAll(budget, Array(8).fill(one));

      expect(outcomes[0]).toEqual({ refusedBy: null, crossedPercent: 100 });
      expect(outcomes.slice(1)).toEqual(Array.from({ length: 7 }, () => SENT));
      expect((await row('SMS_BUDGET#'))?.spentMicroUsd).toBe(100_000);
    });

    it('pays once when the answer is lost on its way', async () => {
      const { budget, row } = await world.open();
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'lost-answer' });

      expect((await budget.spend(sms())).refusedBy).toBeNull();
      expect((await row('SMS_BUDGET#'))?.spentMicroUsd).toBe(100_000);
    });

    it('that was refused may pay later', async () => {
      const { budget, clock } = await world.open({ dailyBudgetUsd: 0.1 });
      await budget.spend(sms());
      const late = sms();

      expect((await budget.spend(late)).refusedBy).toBe('budget');
      clock.advance(DAY);
      expect((await budget.spend(late)).refusedBy).toBeNull();
    });
  });

  it('spends in one transaction and reads once', async () => {
    const { budget } = await world.open();

    const operations = await operationsDuring(world.proxy, () => budget.spend(sms()));

    expect(operations).toEqual(['TransactWriteItems', 'GetItem']);
  });

  it('gets through when others are in its way', async () => {
    const { budget } = await world.open();
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 3, kind: 'conflict' });

    expect(await budget.spend(sms())).toEqual(SENT);
  });

  it('lets nothing through while the table is out of reach', async () => {
    const { budget } = await world.open();
    world.proxy.fail({ operation: null, after: 0, times: 100, kind: 'server-error' });

    await expect(budget.spend(sms())).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });

  it('leaves rows that all expire and name nobody', async () => {
    const { budget, clock, rows, verify } = await world.open();
    await budget.spend(sms({ to: { e164: '+436601234567', country: 'AT' } }));
    await verify();

    const stored = await rows();

    expect(stored).toHaveLength(5);
    for (const { expiresAtEpochSeconds, schemaVersion } of stored) {
      expect(schemaVersion).toBe(2);
      expect(expiresAtEpochSeconds).toBeGreaterThan(clock.nowSeconds());
      expect(expiresAtEpochSeconds).toBeLessThanOrEqual(clock.nowSeconds() + 2 * DAY);
    }
    expect(JSON.stringify(stored)).not.toMatch(/43660|660123|1234567/);
  });
});
