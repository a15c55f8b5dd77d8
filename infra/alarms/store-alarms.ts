import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric, tableMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, FIVE_MINUTES, ONCE, SILENCE_IS_GOOD, TWICE_OF_THREE } from './alarm-row.ts';

/** Requests and stream records within five minutes that failed because DynamoDB was unreachable after all retries. */
const UNAVAILABLE = 5;
/** Throttled reads and writes within five minutes. The SDK retries each one. */
const THROTTLED_EVENTS = 10;

/** Health of DynamoDB and of the keyring. */
export const storeAlarms = ({ namespace, flows, tables }: Watched): AlarmRow[] => {
  // Throttles by table. SystemErrors would be by table and operation: 24 metrics for what StoreUnavailable says with
  // one.
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
        expression: [...throttled.map(([id]) => `FILL(${id}, 0)`), '0 * read'].join(' + '),
        usingMetrics: {
          ...Object.fromEntries(throttled),
          // Alarms on DynamoDB's metrics keep their state while data is missing, whatever they are told: the hourly reads of erase-accounts
          // end this one once nothing is throttled any more.
          // @see CloudWatch API Reference, PutMetricAlarm, "TreatMissingData"
          read: tableMetric(tables.accounts, 'ConsumedReadCapacityUnits', {
            statistic: Stats.SUM,
            period: FIVE_MINUTES,
          }),
        },
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
        // A failed step throws, so Lambda's Errors counts it, and counts timeouts too.
        metric: lambda.metricErrors({ statistic: Stats.SUM, period: FIVE_MINUTES }),
        threshold: 1,
        periods: ONCE,
        missing: SILENCE_IS_GOOD,
        means: 'A step of the rotation of the keyring failed; the keys that are there go on working.',
      })),
  ];
};
