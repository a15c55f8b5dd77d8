import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { LEAST_FAILURES } from './alarm-row.ts';

/** What is counted of calls, each in the same period. */
interface Calls {
  /** Answered with an error of ours; without data where there was none. */
  failed: IMetric;
  /** Crashed or out of time. */
  crashed: IMetric;
  calls: IMetric;
  period: Duration;
}

/** The percentage of calls that fail; 0 for fewer failures than one person causes by trying again. */
export const failedPercent = ({ period, ...usingMetrics }: Calls): MathExpression =>
  new MathExpression({
    expression: `IF(FILL(failed, 0) + crashed >= ${LEAST_FAILURES}, 100 * (FILL(failed, 0) + crashed) / calls, 0)`,
    usingMetrics,
    period,
  });
