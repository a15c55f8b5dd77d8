import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric, tableMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, FIVE_MINUTES, ONCE, QUARTER_HOUR, SILENCE_IS_GOOD, TWICE_OF_THREE } from './alarm-row.ts';

/** People check their inbox for about this long after they asked for a reset. */
const OUTBOX_AGE_MINUTES = 5;
/** For the 90th percentile. An SMS code is awaited on the screen, so its limit is lower. */
const DELIVERY_DELAY_SECONDS = { mail: 60, sms: 30 } as const;

/** Delivery of messages: their age, whether the consumer runs, and the dead-letter queue. */
export const outboxAlarms = ({ namespace, flows, tables, consumers }: Watched): AlarmRow[] => [
  ...flows
    .filter(({ contract }) => contract.trigger === 'stream')
    .map(({ contract: { flow }, lambda }) => ({
      id: `outbox-age-${flow}`,
      runbook: 'outbox-age',
      metric: lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: FIVE_MINUTES }),
      threshold: Duration.minutes(OUTBOX_AGE_MINUTES).toMilliseconds(),
      periods: ONCE,
      missing: SILENCE_IS_GOOD,
      means: `A message has waited for ${OUTBOX_AGE_MINUTES} minutes: recovery mails and codes are not going out.`,
    })),
  // The age comes from the function's own calls: a disabled event source or a throttled consumer makes none and reports
  // nothing.
  ...flows.flatMap(({ contract, lambda }) =>
    contract.trigger !== 'stream'
      ? []
      : {
          id: `outbox-asleep-${contract.flow}`,
          runbook: 'outbox-asleep',
          metric: new MathExpression({
            expression: 'IF(FILL(written, 0) > 0 AND FILL(calls, 0) == 0, 1, 0)',
            usingMetrics: {
              written: tableMetric(tables[contract.source], 'ConsumedWriteCapacityUnits', {
                statistic: Stats.SUM,
                period: QUARTER_HOUR,
              }),
              calls: lambda.metricInvocations(),
            },
            period: QUARTER_HOUR,
          }),
          threshold: 1,
          // A single period may hold a message that was written just before it ended.
          periods: { reached: 2, of: 4 },
          missing: SILENCE_IS_GOOD,
          means: 'Messages are asked for, and nothing wakes the function that sends them.',
        },
  ),
  ...(['mail', 'sms'] as const).map((channel) => ({
    id: `delivery-delay-${channel}`,
    runbook: 'delivery-delay',
    metric: serviceMetric(namespace, 'DeliveryDelay', {
      dimensions: { channel },
      statistic: Stats.percentile(90),
      period: FIVE_MINUTES,
    }),
    threshold: DELIVERY_DELAY_SECONDS[channel] * 1000,
    periods: TWICE_OF_THREE,
    missing: SILENCE_IS_GOOD,
    means: `One of ten waits for their ${channel} for ${DELIVERY_DELAY_SECONDS[channel]} seconds and more.`,
  })),
  ...consumers.map(({ deadLetters, node }) => ({
    id: `dead-letters-${node.id}`,
    runbook: 'dead-letters',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES }),
    threshold: 1,
    periods: ONCE,
    missing: SILENCE_IS_GOOD, // SQS stops reporting metrics for a queue that was idle for six hours
    means: 'A message was tried until its time was over, and was not sent.',
  })),
];
