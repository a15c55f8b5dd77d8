import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmRow, FIVE_MINUTES, SILENCE_IS_GOOD, TWICE_OF_THREE } from './alarm-row.ts';

/** In five minutes. Above what a scanner leaves that comes by. */
const LEAST_BLOCKED = 100;
/** Of all requests: people are among them, or a flood is under way. */
const BLOCKED_PERCENT = 50;

/** A count of a web ACL of CloudFront, over all its rules. @see AWS WAF developer guide, "Monitoring with Amazon CloudWatch" */
const aclMetric = (aclName: string, metricName: `${'Allowed' | 'Blocked'}Requests`): Metric =>
  new Metric({
    namespace: 'AWS/WAFV2',
    metricName,
    dimensionsMap: { WebACL: aclName, Rule: 'ALL' },
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
  });

/** What the web ACL keeps out: the API sees none of it, and its own alarms nothing. @param aclName the name of the ACL's metrics */
export const edgeAlarms = (aclName: string): AlarmRow[] => [
  {
    id: 'edge-blocks',
    runbook: 'edge-blocks',
    metric: new MathExpression({
      expression: `IF(blocked >= ${LEAST_BLOCKED}, 100 * blocked / (blocked + FILL(allowed, 0)), 0)`,
      usingMetrics: {
        blocked: aclMetric(aclName, 'BlockedRequests'),
        allowed: aclMetric(aclName, 'AllowedRequests'),
      },
      period: FIVE_MINUTES,
    }),
    threshold: BLOCKED_PERCENT,
    periods: TWICE_OF_THREE,
    missing: SILENCE_IS_GOOD,
    means: 'WAF blocks half of all requests: a rule refuses people, or a flood is under way.',
  },
];
