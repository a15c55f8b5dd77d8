import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SmsToSend } from '../../shared/sms/sms-budget.ts';
import {
  allowed,
  SENT,
  type SmsBudgetWorld,
  several,
  sms,
  spendAll,
  startSmsBudgetWorld,
} from '../support/sms-budget-world.ts';
import { withoutTimeouts } from '../support/waits.ts';

const HOUR = 3600;

const toAda = () => sms({ to: { e164: '+436601234567', country: 'AT' } });

const inBlock = (index: number): SmsToSend =>
  sms({ to: { e164: `+436601${String(index).padStart(6, '0')}`, country: 'AT' } });

describe('counters of sms-budget', () => {
  let world: SmsBudgetWorld;

  beforeAll(async () => {
    world = await startSmsBudgetWorld();
  });
  afterAll(() => world.close());

  describe('numbers and their blocks', () => {
    it('lets five an hour through to one number', async () => {
      const { budget, clock } = await world.open();

      const outcomes = await spendAll(budget, Array.from({ length: 7 }, toAda));
      clock.advance(HOUR);

      expect(outcomes.map((one) => one.refusedBy)).toEqual([...Array(5).fill(null), 'number', 'number']);
      expect(await budget.spend(toAda())).toEqual(SENT);
    });

    it('lets a hundred an hour through to one block, to whichever numbers, and all to another', async () => {
      const { budget } = await world.open();

      const outcomes = await withoutTimeouts(() =>
        Promise.all(Array.from({ length: 110 }, (_, index) => budget.spend(inBlock(index)))),
      );

      expect(allowed(outcomes)).toBe(100);
      expect(outcomes.filter((one) => one.refusedBy === 'prefix')).toHaveLength(10);
      expect(await budget.spend(sms({ to: { e164: '+436602000000', country: 'AT' } }))).toEqual(SENT);
    });

    it.each(['anyone', 'account', 'owner'] as const)(
      'keeps nobody else from a number, or its block, that %s has used up',
      async (requestedBy) => {
        const { budget } = await world.open();
        const others = (['anyone', 'account', 'owner'] as const).filter((other) => other !== requestedBy);
        await spendAll(
          budget,
          Array.from({ length: 5 }, () => ({ ...toAda(), requestedBy })),
        );
        await withoutTimeouts(() =>
          Promise.all(Array.from({ length: 95 }, (_, index) => budget.spend({ ...inBlock(index), requestedBy }))),
        );

        const outcomes = await spendAll(
          budget,
          [toAda, () => inBlock(200)].flatMap((to) =>
            [requestedBy, ...others].map((who) => ({ ...to(), requestedBy: who })),
          ),
        );

        expect(outcomes.map((one) => one.refusedBy)).toEqual(['prefix', null, null, 'prefix', null, null]);
      },
    );

    it('counts a message that a rule refuses for no other rule', async () => {
      const { budget, row, rows } = await world.open();

      await withoutTimeouts(() => Promise.all(Array.from({ length: 30 }, () => budget.spend(toAda()))));

      expect((await row('SMS_BUDGET#'))?.spentMicroUsd).toBe(500_000);
      expect((await row('LIMIT#sms/prefix#'))?.used).toBe(5);
      expect((await row('LIMIT#sms/number#'))?.used).toBe(5);
      expect((await row('SMS_BREAKER#'))?.sent).toBe(5);
      expect((await rows()).filter(({ pk }) => String(pk).startsWith('SMS_SPENT#'))).toHaveLength(5);
    });
  });

  describe('breaker', () => {
    const breaker = { windowSeconds: HOUR, minimumSent: 10, minimumVerifiedRatio: 0.2 };

    it('stops a country whose codes nobody gives back, until the next window', async () => {
      const { budget, clock } = await world.open({ breaker });

      const outcomes = await spendAll(budget, several(13));
      clock.advance(HOUR);

      expect(outcomes.map((one) => one.refusedBy)).toEqual([...Array(10).fill(null), ...Array(3).fill('breaker')]);
      expect(await budget.spend(sms())).toEqual(SENT);
    });

    it.each(['anyone', 'account', 'owner'] as const)(
      'stops a country for %s alone, and opens it by their codes alone',
      async (requestedBy) => {
        const { budget, verify } = await world.open({ breaker });
        const others = (['anyone', 'account', 'owner'] as const).filter((other) => other !== requestedBy);
        await spendAll(
          budget,
          several(10).map((one) => ({ ...one, requestedBy })),
        );
        for (const other of others) await Promise.all([verify(other), verify(other)]);

        const stopped = await spendAll(
          budget,
          [requestedBy, ...others].map((who) => sms({ requestedBy: who })),
        );
        await Promise.all([verify(requestedBy), verify(requestedBy)]);

        expect(stopped.map((one) => one.refusedBy)).toEqual(['breaker', null, null]);
        expect(await budget.spend(sms({ requestedBy }))).toEqual(SENT);
      },
    );

    it('leaves other countries alone', async () => {
      const { budget } = await world.open({ breaker });
      await spendAll(budget, several(11));

      expect(await budget.spend(sms({ to: { e164: '+4915123456789', country: 'DE' } }))).toEqual(SENT);
    });

    it('closes again as soon as enough are verified', async () => {
      const { budget, verify } = await world.open({ breaker });
      await spendAll(budget, several(11));

      await verify();
      const afterOne = await budget.spend(sms());
      await verify();
      const afterTwo = await spendAll(budget, several(2));

      // 10 were sent: with 2 verified the ratio is 0.2 and an eleventh may go; with 11 sent it is below.
      expect([afterOne, ...afterTwo].map((one) => one.refusedBy)).toEqual(['breaker', null, 'breaker']);
    });

    it.each([0.2, 0.333, 0.5, 0.9])('holds exactly to a ratio of %d', async (minimumVerifiedRatio) => {
      const { budget, verify } = await world.open({ breaker: { ...breaker, minimumVerifiedRatio } });
      let [sent, verified] = [0, 0];

      for (let round = 0; round < 40; round += 1) {
        if (round % 3 === 0) {
          await verify();
          verified += 1;
        }
        const expected = sent < breaker.minimumSent || verified / sent >= minimumVerifiedRatio ? null : 'breaker';
        const outcome = await budget.spend(sms());
        expect({ sent, verified, refusedBy: outcome.refusedBy }).toEqual({ sent, verified, refusedBy: expected });
        if (outcome.refusedBy === null) sent += 1;
      }
    });

    it('with a ratio of 0 never stops anything', async () => {
      const { budget } = await world.open({ breaker: { ...breaker, minimumVerifiedRatio: 0 } });

      expect(allowed(await spendAll(budget, several(30)))).toBe(30);
    });

    it('lets exactly as many through as are allowed, however many come at once', async () => {
      const { budget } = await world.open({ breaker });

      const outcomes = await Promise.all(several(50).map((one) => budget.spend(one)));

      expect(allowed(outcomes)).toBe(10);
      expect(outcomes.filter((one) => one.refusedBy === 'breaker')).toHaveLength(40);
    });

    it('takes note of a verification before anything was sent in the window', async () => {
      const { budget, verify } = await world.open({ breaker });
      await verify();

      expect(allowed(await spendAll(budget, several(12)))).toBe(10);
    });

    it('takes note of a verification within somebody else’s transaction', async () => {
      const { budget, dynamo, rows, verify } = await world.open({ breaker });

      expect(await dynamo.transact([budget.verifiedWrite({ country: 'AT', requestedBy: 'anyone' })])).toEqual({
        won: true,
      });
      await Promise.all(Array.from({ length: 9 }, () => verify()));

      expect(await rows()).toMatchObject([{ verified: 10, earned: 10_000 }]);
    });
  });
});
