import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric, tableMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, FIVE_MINUTES, ONCE, SILENCE_IS_GOOD, TWICE_OF_THREE } from './alarm-row.ts';

/** Requests and records within five minutes that found DynamoDB out of reach after all retries. */
const UNAVAILABLE = 5;
/** Reads and writes within five minutes; the SDK tries a single one again. */
const THROTTLED_EVENTS = 10;

/** Whether DynamoDB and the keyring do what they are asked. */
export const storeAlarms = ({ namespace, flows, tables }: Watched): AlarmRow[] => {
  // By table; SystemErrors are by table and operation, 24 metrics for what StoreUnavailable tells with one.
  const throttled = Object.entries(tables).flatMap(([name, table]) =>
    (['Read', 'Write'] as const).map(
      (kind) =>
        [
          `${name}${kind}`,
          tableMetric(table, `${kind}ThrottleEvents`, { statistic: Stats.SUM, period: FIVE_MINUTES }),
        ] as const,
    ),
  );
  return [
    {
      id: 'store-unavailable',
      runbook: 'store-unavailable',
      metric: serviceMetric(namespace, 'StoreUnavailable', { statistic: Stats.SUM, period: FIVE_MINUTES }),
      threshold: UNAVAILABLE,
      periods: ONCE,
      missing: SILENCE_IS_GOOD,
      means: 'Requests fail because DynamoDB, or the keyring, can not be reached.',
    },
    {
      id: 'store-throttled',
      runbook: 'store-throttled',
      metric: new MathExpression({
        expression: throttled.map(([id]) => `FILL(${id}, 0)`).join(' + '),
        usingMetrics: Object.fromEntries(throttled),
        period: FIVE_MINUTES,
      }),
      threshold: THROTTLED_EVENTS,
      periods: TWICE_OF_THREE,
      missing: SILENCE_IS_GOOD,
      means: 'DynamoDB refuses reads or writes of a table because there are too many.',
    },
    ...flows
      .filter(({ contract }) => contract.trigger === 'rotation')
      .map(({ contract: { flow }, lambda }) => ({
        id: `rotation-${flow}`,
        runbook: 'rotation',
        // A step that fails throws, so that Lambda's own count has it, and those too that ran out of time.
        metric: lambda.metricErrors({ statistic: Stats.SUM, period: FIVE_MINUTES }),
        threshold: 1,
        periods: ONCE,
        missing: SILENCE_IS_GOOD,
        means: 'A step of the rotation of the keyring failed; the keys that are there go on working.',
      })),
  ];
};
