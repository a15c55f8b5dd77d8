import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { OutboxConsumer, OutboxReader } from '../constructs/outbox-consumer.ts';
import { mappingMetric, serviceMetric, tableMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, FIVE_MINUTES, ONCE, QUARTER_HOUR, SILENCE_IS_GOOD, TWICE_OF_THREE } from './alarm-row.ts';

/** People check their inbox for about this long after they asked for a reset. */
const OUTBOX_AGE_MINUTES = 5;
/** For the 90th percentile. An SMS code is awaited on the screen, so its limit is lower. */
const DELIVERY_DELAY_SECONDS = { mail: 60, sms: 30 } as const;

/** More than a stream's reader reads in a quarter of an hour for one unit that is written. */
const NOTHING_IS_READ = 1_000_000;

/** The channel of the log and of people, for the first word of its rows. */
const channelOf = ({ channel }: OutboxReader): 'mail' | 'sms' => (channel === 'SMS' ? 'sms' : 'mail');

/**
 * A reader of the outbox that reads nothing although rows are written: it is disabled, or may not read. Each reader reads the rows of all
 * channels and passes on its own, so one that sleeps is noticed while the other works.
 *
 * The difference, and not a comparison of each with 0, because a reader that was never there has no data at all: CloudWatch takes a value
 * that is missing in arithmetic for 0, and does not say what `FILL` makes of a series without any.
 *
 * @see CloudWatch user guide, "Using math expressions with CloudWatch metrics"
 */
const asleepAlarm = (reader: OutboxReader, { table }: OutboxConsumer): AlarmRow => ({
  id: `outbox-asleep-${channelOf(reader)}`,
  runbook: 'outbox-asleep',
  metric: new MathExpression({
    expression: `IF(written - ${NOTHING_IS_READ} * polled > 0, 1, 0)`,
    usingMetrics: {
      written: tableMetric(table, 'ConsumedWriteCapacityUnits', { statistic: Stats.SUM, period: QUARTER_HOUR }),
      polled: mappingMetric(reader.mapping, 'PolledEventCount', { statistic: Stats.SUM, period: QUARTER_HOUR }),
    },
    period: QUARTER_HOUR,
  }),
  threshold: 1,
  // A single period may hold a row that was written just before it ended.
  periods: { reached: 2, of: 4 },
  missing: SILENCE_IS_GOOD,
  means: `Messages are asked for, and nothing reads those by ${channelOf(reader)}.`,
});

/** What Lambda drops of a channel: it has neither reached the function nor the dead-letter queue. */
const droppedAlarm = (reader: OutboxReader): AlarmRow => ({
  id: `outbox-dropped-${channelOf(reader)}`,
  runbook: 'outbox-dropped',
  metric: mappingMetric(reader.mapping, 'DroppedEventCount', { statistic: Stats.SUM, period: FIVE_MINUTES }),
  threshold: 1,
  periods: ONCE,
  missing: SILENCE_IS_GOOD,
  means: `Lambda has dropped a message by ${channelOf(reader)}, and no dead letter tells of it.`,
});

/** Delivery of messages: their age, whether each channel is read, and the dead-letter queue. */
export const outboxAlarms = ({ namespace, flows, consumers }: Watched): AlarmRow[] => [
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
  // The age comes from the function's own calls: a reader that is disabled, or a consumer that is throttled, makes none and reports nothing.
  ...consumers.flatMap((consumer) =>
    consumer.readers.flatMap((reader) => [asleepAlarm(reader, consumer), droppedAlarm(reader)]),
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
