import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FlowFunction } from '../constructs/flow-function.ts';
import { serviceMetric } from '../metrics.ts';
import { type AlarmRow, FAILURES_PERCENT, FIVE_MINUTES, ONCE, SILENCE_IS_GOOD } from './alarm-row.ts';
import { failedPercent } from './failed-percent.ts';

const SUM = { statistic: Stats.SUM, period: FIVE_MINUTES };

/** Of the calls that an alias hands to one version. @see Lambda developer guide, "Viewing metrics for Lambda functions", ExecutedVersion */
const versionMetric = ({ lambda, live, version }: FlowFunction, metricName: 'Errors' | 'Invocations'): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: {
      FunctionName: lambda.functionName,
      Resource: `${lambda.functionName}:${live.aliasName}`,
      ExecutedVersion: version.version,
    },
    ...SUM,
  });

/**
 * Failures of the new version alone: among those of all calls a tenth that fails would be no more than the few that
 * always do. Unlike the alarm of the flow it begins anew with each version, so that a fix can be deployed while that one rings.
 */
export const releaseAlarm = (flow: FlowFunction, namespace: string): AlarmRow => {
  const { contract, version } = flow;
  return {
    id: `release-errors-${contract.flow}`,
    runbook: 'release-errors',
    metric: failedPercent({
      failed: serviceMetric(namespace, 'VersionErrors', {
        dimensions: { flow: contract.flow, version: version.version },
        ...SUM,
      }),
      crashed: versionMetric(flow, 'Errors'),
      calls: versionMetric(flow, 'Invocations'),
      period: FIVE_MINUTES,
    }),
    threshold: FAILURES_PERCENT,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: `${FAILURES_PERCENT} % of the requests to ${contract.flow} fail in the version of the last deployment.`,
  };
};
