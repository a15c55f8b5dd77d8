import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { serviceMetric, type Watched } from '../metrics.ts';
import {
  type AlarmRow,
  FAILURES_PERCENT,
  FIVE_MINUTES,
  LEAST_FAILURES,
  ONCE,
  QUARTER_HOUR,
  SILENCE_IS_GOOD,
} from './alarm-row.ts';

/** Calls that Lambda refuses within five minutes; a short burst is tried again and hardly felt. */
const THROTTLED_CALLS = 10;
/** In a quarter of an hour. One address may begin 10 sign-ins in that time, of 5 tries each: 100 are no single person. */
const LOCKOUTS = 100;

/** Whether requests are answered, and who hammers at the door. */
export const doorAlarms = ({ namespace, api }: Watched): AlarmRow[] => [
  {
    id: 'api-errors',
    runbook: 'api-errors',
    metric: new MathExpression({
      expression: `IF(failed >= ${LEAST_FAILURES}, 100 * failed / requests, 0)`,
      usingMetrics: { failed: api.metricServerError(), requests: api.metricCount() },
      period: FIVE_MINUTES,
    }),
    threshold: FAILURES_PERCENT,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: `${FAILURES_PERCENT} % of all requests are answered with 5xx, be it by a function or because none ran.`,
  },
  {
    id: 'throttles',
    runbook: 'throttles',
    // Of all functions in the region: they share the account's concurrency, and one metric costs less than one for each flow.
    metric: LambdaFunction.metricAllThrottles({ statistic: Stats.SUM, period: FIVE_MINUTES }),
    threshold: THROTTLED_CALLS,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: 'Lambda refuses calls: the concurrency of the account is used up.',
  },
  {
    id: 'lockouts',
    runbook: 'lockouts',
    metric: serviceMetric(namespace, 'Lockouts', { statistic: Stats.SUM, period: QUARTER_HOUR }),
    threshold: LOCKOUTS,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: 'Somebody guesses codes of many accounts, and locks their factors by it.',
  },
];
