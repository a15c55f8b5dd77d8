import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Watched } from '../metrics.ts';
import { type AlarmRow, FIVE_MINUTES, ONCE, SILENCE_IS_GOOD } from './alarm-row.ts';

/** What topics and schedules could not get done: their dead-letter queues. */
export const eventAlarms = ({ eventConsumers }: Pick<Watched, 'eventConsumers'>): AlarmRow[] =>
  eventConsumers.map(({ contract: { flow }, deadLetters }) => ({
    id: `event-dead-letters-${flow}`,
    runbook: 'dead-letters',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES }),
    threshold: 1,
    periods: ONCE,
    missing: SILENCE_IS_GOOD, // SQS stops reporting metrics for a queue that was idle for six hours
    means: `${flow} has failed at an event as often as Lambda tries.`,
  }));
