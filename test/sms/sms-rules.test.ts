import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { breakerRow, breakerRule, budgetRow, moneyRule } from '../../shared/sms/sms-rules.ts';
import { type SmsBudgetWorld, startSmsBudgetWorld } from '../support/sms-budget-world.ts';

/** A segment costs 10, strangers may spend 20, accounts and strangers 50, all 100: in hundredths of a US dollar. */
const NUMBERS = {
  dailyBudgetUsd: 1,
  reserved: { owners: 0.5, accounts: 0.3 },
  pricesUsd: { AT: 0.1 },
  fallbackPriceUsd: 0.3,
};
const CENT = 10_000;

/** Around every bound, and absent. */
const SUMS = [undefined, 0, 10, 11, 40, 41, 90, 91, 100] as const;

describe('the rule of money', () => {
  let world: SmsBudgetWorld;

  beforeAll(async () => {
    world = await startSmsBudgetWorld();
  });
  afterAll(() => world.close());

  it.each(['anyone', 'account', 'owner'] as const)(
    'says of a row that was read by %s what the same rule says as a condition, at every bound',
    async (requestedBy) => {
      const { dynamo } = await world.open();
      const rule = moneyRule(NUMBERS, { country: 'AT', requestedBy, segments: 1 });
      const differing: unknown[] = [];
      const verdicts = new Set<string | null>();

      for (const spent of SUMS.filter((sum) => sum !== undefined)) {
        const rows = SUMS.flatMap((unproven) =>
          SUMS.map((anonymous) => ({
            key: budgetRow.key(`${requestedBy}-${spent}-${unproven}-${anonymous}`),
            row: {
              spentMicroUsd: spent * CENT,
              ...(unproven !== undefined && { unprovenMicroUsd: unproven * CENT }),
              ...(anonymous !== undefined && { anonymousMicroUsd: anonymous * CENT }),
            },
          })),
        );
        await dynamo.transact(rows.map(({ key, row }) => budgetRow.putWrite(key, row)));
        const result = await dynamo.transact(rows.map(({ key }) => budgetRow.checkWrite(key, rule.allows)));
        rows.forEach(({ row }, index) => {
          const refusal = rule.refusalIn(row);
          const isRefused = !result.won && result.refusals[index] !== null;
          verdicts.add(refusal);
          if (isRefused !== (refusal !== null)) differing.push(row);
        });
      }

      expect(differing).toEqual([]);
      expect(verdicts).toEqual(new Set(requestedBy === 'owner' ? [null, 'budget'] : [null, 'budget', 'share']));
    },
  );

  it('refuses a message that costs more than a class may spend at all, though no sum is there', () => {
    const verdictOf = (numbers: typeof NUMBERS, requestedBy: 'anyone' | 'owner') =>
      moneyRule(numbers, { country: 'AT', requestedBy, segments: 1 }).refusalIn(null);

    expect(verdictOf({ ...NUMBERS, dailyBudgetUsd: 0 }, 'owner')).toBe('budget');
    expect(verdictOf({ ...NUMBERS, reserved: { owners: 0.5, accounts: 0.5 } }, 'anyone')).toBe('share');
    expect(verdictOf(NUMBERS, 'anyone')).toBeNull();
  });

  it.each([
    ['owner', ['spentMicroUsd']],
    ['account', ['spentMicroUsd', 'unprovenMicroUsd']],
    ['anyone', ['spentMicroUsd', 'unprovenMicroUsd', 'anonymousMicroUsd']],
  ] as const)('counts a message of %s towards the sums %j', (requestedBy, sums) => {
    const rule = moneyRule(NUMBERS, { country: 'AT', requestedBy, segments: 3 });

    expect(rule).toMatchObject({ costMicroUsd: 30 * CENT, sums });
  });

  it('has rows whose names are those of the release before, of which one without its sum is refused', () => {
    const key = budgetRow.key('2026-11-29');

    expect(key).toEqual({ pk: 'SMS_BUDGET#2026-11-29', sk: 'SMS_BUDGET' });
    expect(budgetRow.safeParse({ ...key, schemaVersion: 2 }).data).toBeUndefined();
    expect(budgetRow.parse({ ...key, schemaVersion: 2, spentMicroUsd: 7 })).toMatchObject({ spentMicroUsd: 7 });
  });
});

describe('the rule of the breaker', () => {
  const NOW = 1_796_000_000;
  const breaker = { windowSeconds: 3600, minimumSent: 20, minimumVerifiedRatio: 0.2 };
  const ruleOf = (requestedBy: 'anyone' | 'owner') => breakerRule({ breaker }, { country: 'AT', requestedBy }, NOW);
  let world: SmsBudgetWorld;

  beforeAll(async () => {
    world = await startSmsBudgetWorld();
  });
  afterAll(() => world.close());

  it('counts the country, the class and the window apart, in rows of the names of the release before', () => {
    const { key, window } = ruleOf('anyone');

    expect(window).toEqual({ name: `3600-${Math.floor(NOW / 3600)}`, endsAtEpochSeconds: expect.any(Number) });
    expect(key).toEqual({ pk: `SMS_BREAKER#AT#anyone#${window.name}`, sk: 'SMS_BREAKER' });
    expect(breakerRow.safeParse({ ...key, schemaVersion: 2 }).data).toBeUndefined();
  });

  it.each([
    ['nothing was sent', null, true],
    ['fewer were sent than the least', { sent: 19, owed: 3800, earned: 0 }, true],
    ['as many were sent and too few answered', { sent: 20, owed: 4000, earned: 3999 }, false],
    ['as many were sent and enough answered', { sent: 20, owed: 4000, earned: 4000 }, true],
  ])('where %s', async (_, counted, isAllowed) => {
    const { dynamo } = await world.open();
    const { key, allows, window } = ruleOf('owner');
    const row = counted && { ...counted, verified: 0, expiresAtEpochSeconds: window.endsAtEpochSeconds };
    if (row) await dynamo.transact([breakerRow.putWrite(key, row)]);

    expect((await dynamo.transact([breakerRow.checkWrite(key, allows)])).won).toBe(isAllowed);
  });
});
