import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import { CANARY_STEPS } from '../../shared/contract/canary.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { MAIL_FATES } from '../../shared/contract/mail-fates.ts';
import type { Channel } from '../../shared/observability/log-fields.ts';
import { METRICS, type MetricName } from '../../shared/observability/metrics.ts';
import { type CanaryWorld, startCanaryWorld } from '../support/canary-world.ts';
import { emfFaults, metricLines, metricsIn, type TakenMetric } from '../support/emf.ts';
import { METRIC_CAUSES, METRIC_SETTINGS } from '../support/metric-causes.ts';
import { skipPauses } from '../support/waits.ts';
import { FUNCTION_VERSION, METRICS_NAMESPACE, type World } from '../support/world.ts';

describe('the metrics', () => {
  let canary: CanaryWorld;
  let world: World;
  const emails: string[] = [];

  beforeAll(async () => {
    skipPauses();
    canary = await startCanaryWorld({ settings: METRIC_SETTINGS });
    ({ world } = canary);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await canary.close();
  });

  /** @asvs 16.3.3, 16.3.4 */
  it.each(METRIC_CAUSES)(
    'tell by $metric, in one document, that $when',
    async ({ metric, cause, value = 1, dimensions }) => {
      const email = `canary-${emails.length}@example.com`;
      emails.push(email);
      const act = await cause(world, email);
      const from = world.logs.length;

      await act();

      const lines = metricLines(world.logs.slice(from));
      const taken = lines.flatMap(metricsIn).filter(({ name }) => name === metric);
      const { unit } = METRICS[metric];
      expect(taken).toEqual([
        { namespace: METRICS_NAMESPACE, name: metric, unit, value, dimensions: dimensions ?? [{}] },
      ]);
      expect(lines.flatMap(emfFaults)).toEqual([]);
      while ((await world.rows('outbox')).some(({ buriedAs }) => buriedAs === undefined)) await world.deliver();
    },
  );

  it('are each caused by some request here, but for age and rotation of keys, which Secrets Manager alone knows', () => {
    const caused = new Set(METRIC_CAUSES.map(({ metric }) => metric));

    expect(Object.keys(METRICS).filter((name) => !caused.has(name as MetricName))).toEqual([
      'KeyringAge',
      'KeyringRotations',
    ]);
  });

  it('are not on the lines that tell of nothing to be counted', () => {
    const plain = world.logs.map((line) => JSON.parse(line)).filter((line) => !Object.hasOwn(line, '_aws'));

    const counted = plain.filter((line) => Object.keys(METRICS).some((name) => Object.hasOwn(line, name)));
    expect(plain.filter(({ event, status }) => event === 'request' && status === 200).length).toBeGreaterThan(20);
    expect(counted).toEqual([]);
  });

  it('have dimensions of a closed list, so that no address, number or id is shown or paid for as one', () => {
    const flows = (Object.values(manifest) as Contract[]).map(({ flow }) => flow);
    const channels: Channel[] = ['mail', 'sms'];
    const allowed: Record<string, readonly string[]> = {
      version: [FUNCTION_VERSION],
      flow: flows,
      channel: channels,
      fate: MAIL_FATES,
      step: CANARY_STEPS,
      reason: ['country', 'budget', 'share', 'prefix', 'number', 'breaker'],
    };

    const taken: TakenMetric[] = metricLines(world.logs).flatMap(metricsIn);
    const pairs = taken.flatMap(({ dimensions }) => dimensions.flatMap((set) => Object.entries(set)));
    expect(new Set(pairs.map(([name]) => name))).toEqual(new Set(Object.keys(allowed)));
    expect(pairs.filter(([name, value]) => !allowed[name]?.includes(value))).toEqual([]);
  });

  it('say nothing of anybody in what CloudWatch is told to take', () => {
    const accounts = new Set(world.logs.map((line) => JSON.parse(line).account_id).filter(Boolean));

    const told = JSON.stringify(metricLines(world.logs).flatMap(metricsIn));

    expect(accounts.size).toBeGreaterThan(3);
    expect([...accounts, ...emails, '+43', '+33'].filter((one) => told.includes(one))).toEqual([]);
  });

  it('cost as much as is known: a set of dimensions is on the list of those that may part a metric', () => {
    const sets = Object.values(METRICS).flatMap(({ dimensionSets }) => dimensionSets.flat());

    expect(new Set<string>(sets)).toEqual(new Set(['flow', 'version', 'channel', 'reason', 'outcome', 'fate', 'step']));
  });
});
