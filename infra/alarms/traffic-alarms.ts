import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Watched } from '../metrics.ts';
import { timeoutSecondsOf } from '../sizing.ts';
import { type AlarmRow, QUARTER_HOUR, SILENCE_IS_BAD, SILENCE_IS_GOOD, TWICE_OF_THREE } from './alarm-row.ts';
import { SLOW_SHARE_OF_TIMEOUT } from './flow-alarms.ts';

/** Of a request, as for each flow: 3 s. */
const SLOW_MS = 1000 * timeoutSecondsOf({ trigger: 'http' }) * SLOW_SHARE_OF_TIMEOUT;
/** In 15 minutes. Above what a few cold starts cause. */
const LEAST_SLOW = 5;
const SLOW_PERCENT = 1;

/**
 * Slow answers of all flows together, by their number. The p99 of a single flow waits for a thousand calls, which flows of a small service
 * never have.
 */
const latencyAlarm = ({ api }: Watched): AlarmRow => ({
  id: 'api-latency',
  runbook: 'api-latency',
  metric: new MathExpression({
    expression: `IF(slow >= ${LEAST_SLOW}, 100 * slow / requests, 0)`,
    usingMetrics: {
      // Trimmed count: how many samples are in the range.
      // @see CloudWatch user guide, "CloudWatch statistics definitions"
      slow: api.metricLatency({ statistic: `TC(${SLOW_MS}:)`, period: QUARTER_HOUR }),
      requests: api.metricCount({ statistic: Stats.SUM, period: QUARTER_HOUR }),
    },
    period: QUARTER_HOUR,
  }),
  threshold: SLOW_PERCENT,
  periods: TWICE_OF_THREE,
  missing: SILENCE_IS_GOOD,
  means: `${SLOW_PERCENT} % of all requests wait for ${SLOW_MS / 1000} seconds and more.`,
});

/** Nobody gets to the service at all: no failure is counted then. */
const silenceAlarm = ({ api }: Watched, hours: number): AlarmRow => ({
  id: 'no-traffic',
  runbook: 'no-traffic',
  metric: api.metricCount({ statistic: Stats.SUM, period: Duration.hours(1) }),
  threshold: 0,
  fromAbove: true,
  periods: { reached: hours, of: hours },
  missing: SILENCE_IS_BAD,
  means: `There was no request in ${hours} hours.`,
});

/** Whether requests come, and how long they take. */
export const trafficAlarms = (watched: Watched): AlarmRow[] => [
  latencyAlarm(watched),
  ...(watched.quietHours === null ? [] : [silenceAlarm(watched, watched.quietHours)]),
];
