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
  TWICE_OF_THREE,
} from './alarm-row.ts';

/** Invocations that Lambda throttles within five minutes. Clients retry a shorter burst. */
const THROTTLED_CALLS = 10;
/**
 * In 15 minutes. One source may begin 10 sign-ins in that time, with 5 attempts each, so 100 lockouts have more than
 * one source.
 */
const LOCKOUTS = 100;
/** In 15 minutes. Owners who undo a change of their own are few, and come one by one. */
const UNDOS = 10;

/** While it lasts, strangers' requests are counted as if there were no captchas. One bad minute of the provider sets off nothing. */
const captchaAlarm = ({ namespace }: Watched): AlarmRow => ({
  id: 'captcha-unverified',
  runbook: 'captcha-unverified',
  metric: serviceMetric(namespace, 'CaptchaChecksMissed', { statistic: Stats.SUM, period: FIVE_MINUTES }),
  threshold: LEAST_FAILURES,
  periods: TWICE_OF_THREE,
  missing: SILENCE_IS_GOOD,
  means: "Requests of strangers go on without a captcha's verdict: the provider is down, or its secret is wrong.",
});

/** Availability of the API, and attacks on it. */
export const gatewayAlarms = (watched: Watched): AlarmRow[] => [
  {
    id: 'api-errors',
    runbook: 'api-errors',
    metric: new MathExpression({
      expression: `IF(failed >= ${LEAST_FAILURES}, 100 * failed / requests, 0)`,
      usingMetrics: { failed: watched.api.metricServerError(), requests: watched.api.metricCount() },
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
    // Summed over all functions of the region: they share the account's concurrency, and one metric is cheaper than one
    // per flow.
    metric: LambdaFunction.metricAllThrottles({ statistic: Stats.SUM, period: FIVE_MINUTES }),
    threshold: THROTTLED_CALLS,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: 'Lambda refuses calls: the concurrency of the account is used up.',
  },
  {
    id: 'lockouts',
    runbook: 'lockouts',
    metric: serviceMetric(watched.namespace, 'Lockouts', { statistic: Stats.SUM, period: QUARTER_HOUR }),
    threshold: LOCKOUTS,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: 'Somebody guesses codes of many accounts, and locks their factors by it.',
  },
  {
    id: 'undos',
    runbook: 'undos',
    metric: serviceMetric(watched.namespace, 'Undos', { statistic: Stats.SUM, period: QUARTER_HOUR }),
    threshold: UNDOS,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: 'Owners of many accounts take changes back that others made: accounts are being taken over.',
  },
  ...(watched.hasCaptchas ? [captchaAlarm(watched)] : []),
];
