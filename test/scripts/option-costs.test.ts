import { beforeAll, describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import { standingCost } from '../../scripts/cost/compute-cost.ts';
import { readPrices } from '../../scripts/cost/cost-page.ts';
import { optionCosts } from '../../scripts/cost/option-costs.ts';
import type { PriceList } from '../../scripts/cost/price-list.ts';
import { type CloudFormationTemplate, standingParts } from '../../scripts/cost/read-template.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { synthesise, synthesiseRollout } from '../support/synthesise.ts';

const HTTP_FLOWS = (Object.values(manifest) as Contract[]).filter(({ trigger }) => trigger === 'http').length;

describe('what is added by a setting that is off unless set', () => {
  let prices: PriceList;
  const monthOf = (template: { toJSON: () => unknown }): number =>
    standingCost(standingParts(template.toJSON() as CloudFormationTemplate, 0), prices);

  beforeAll(async () => {
    prices = await readPrices();
  });

  it('is, for gradual deployments, the alarms of the stack that they make', async () => {
    const rollout = await synthesiseRollout();

    expect(optionCosts(HTTP_FLOWS, prices).gradual).toBeCloseTo(monthOf(rollout), 6);
  });

  it('is, for backups, the key and the alarm that come with them', async () => {
    const [plain, withBackups] = await Promise.all([
      synthesise(),
      synthesise({ settings: { deployment: { backups: { enabled: true } } } }),
    ]);

    expect(optionCosts(HTTP_FLOWS, prices).backups).toBeCloseTo(monthOf(withBackups) - monthOf(plain), 6);
  });

  it('is, for a copy of the keyring, the price of a secret', () => {
    expect(optionCosts(HTTP_FLOWS, prices).keyringCopy).toBe(prices.usd.secretMonth);
  });
});
