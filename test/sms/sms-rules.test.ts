import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { budgetRow, moneyRule } from '../../shared/sms/sms-rules.ts';
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
});
