import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FlowFunction } from '../constructs/flow-function.ts';
import { serviceMetric } from '../metrics.ts';
import { timeoutSecondsOf } from '../sizing.ts';
import { type AlarmRow, FAILURES_PERCENT, ONCE, QUARTER_HOUR, SILENCE_IS_GOOD, TWICE_OF_THREE } from './alarm-row.ts';
import { failedPercent } from './failed-percent.ts';

/** Share of the timeout, which is 10 s for a request: alarm from 3 s on. */
export const SLOW_SHARE_OF_TIMEOUT = 0.3;

/**
 * Failed requests. Errors that the flow answered (5xx) are in ServerErrors; crashes and timeouts give no answer and are
 * only in Lambda's Errors, so the alarm adds both. The threshold is a number of failures, not of requests: a rarely
 * used flow must not fail unnoticed.
 */
const errorsAlarm = ({ contract: { flow }, lambda }: FlowFunction, namespace: string): AlarmRow => ({
  id: `flow-errors-${flow}`,
  runbook: 'flow-errors',
  metric: failedPercent({
    failed: serviceMetric(namespace, 'ServerErrors', {
      dimensions: { flow },
      statistic: Stats.SUM,
      period: QUARTER_HOUR,
    }),
    crashed: lambda.metricErrors(),
    calls: lambda.metricInvocations(),
    period: QUARTER_HOUR,
  }),
  threshold: FAILURES_PERCENT,
  periods: ONCE,
  missing: SILENCE_IS_GOOD,
  means: `${FAILURES_PERCENT} % of the requests to ${flow} fail for a reason of ours.`,
});

const latencyAlarm = ({ contract, lambda }: FlowFunction): AlarmRow => {
  const slowSeconds = timeoutSecondsOf(contract) * SLOW_SHARE_OF_TIMEOUT;
  return {
    id: `flow-latency-${contract.flow}`,
    runbook: 'flow-latency',
    metric: lambda.metricDuration({ statistic: Stats.percentile(99), period: QUARTER_HOUR }),
    threshold: slowSeconds * 1000,
    periods: TWICE_OF_THREE,
    missing: SILENCE_IS_GOOD,
    fewSamples: 'wait', // of a few calls one cold start is the p99; those of all flows together are in api-latency
    means: `One of a hundred calls of ${contract.flow} takes ${slowSeconds} seconds and more.`,
  };
};

/**
 * The alarms of one flow. CloudWatch charges 0.10 USD a month for each metric that an alarm reads, and four metrics per
 * flow are most of what all alarms cost. Alarms per flow are worth it: in a sum over all flows, a broken recovery would
 * drown in the requests of flows that work. Throttles are watched for all flows together; the latency of a rotation is
 * not watched, because no request waits for it.
 */
export const flowAlarms = (flow: FlowFunction, namespace: string): AlarmRow[] => {
  const { trigger } = flow.contract;
  if (trigger === 'rotation') return [];
  return trigger === 'http' ? [errorsAlarm(flow, namespace), latencyAlarm(flow)] : [latencyAlarm(flow)];
};
