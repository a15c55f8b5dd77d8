import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FlowFunction } from '../constructs/flow-function.ts';
import { serviceMetric } from '../metrics.ts';
import { timeoutSecondsOf } from '../sizing.ts';
import { type AlarmRow, FAILURES_PERCENT, LEAST_FAILURES, QUARTER_HOUR, SILENCE_IS_GOOD } from './alarm-row.ts';

/** Of the flow's timeout. For a request that is 3 s: longer than anybody should look at a spinning wheel. */
const SLOW_SHARE_OF_TIMEOUT = 0.3;

/**
 * The share of failed requests. What answers 5xx is in ServerErrors; what crashed or ran out of time answered nothing, and is in
 * Lambda's Errors alone. A flow that is seldom used must not fail unseen: what is asked for is a least number of failures, not
 * of requests.
 */
const errorsAlarm = ({ contract: { flow }, lambda }: FlowFunction, namespace: string): AlarmRow => ({
  id: `flow-errors-${flow}`,
  runbook: 'flow-errors',
  metric: new MathExpression({
    expression: `IF(FILL(failed, 0) + crashed >= ${LEAST_FAILURES}, 100 * (FILL(failed, 0) + crashed) / calls, 0)`,
    usingMetrics: {
      failed: serviceMetric(namespace, 'ServerErrors', {
        dimensions: { flow },
        statistic: Stats.SUM,
        period: QUARTER_HOUR,
      }),
      crashed: lambda.metricErrors(),
      calls: lambda.metricInvocations(),
    },
    period: QUARTER_HOUR,
  }),
  threshold: FAILURES_PERCENT,
  periods: { reached: 1, of: 1 },
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
    periods: { reached: 2, of: 3 },
    missing: SILENCE_IS_GOOD,
    means: `One of a hundred calls of ${contract.flow} takes ${slowSeconds} seconds and more.`,
  };
};

/**
 * The alarms of one flow. CloudWatch asks 0.10 USD a month for each metric that an alarm reads, however the alarms are cut: four
 * metrics a flow are the dearest part of all alarms. It is spent because a broken recovery is lost among the many requests of
 * flows that work. Throttles are not watched by flow, nor is the latency of a rotation, which nobody waits for.
 */
export const flowAlarms = (flow: FlowFunction, namespace: string): AlarmRow[] => {
  const { trigger } = flow.contract;
  if (trigger === 'rotation') return [];
  return trigger === 'http' ? [errorsAlarm(flow, namespace), latencyAlarm(flow)] : [latencyAlarm(flow)];
};
