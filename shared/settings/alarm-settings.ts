import * as z from 'zod/mini';

/** AWS's own quota for an alarm whose periods are hours, rounded down to a day. @see CloudWatch API Reference, PutMetricAlarm, "EvaluationPeriods" */
const LONGEST_QUIET_HOURS = 24;

/** Below this, anomalies are those of a service that nobody uses yet. */
const LEAST_ANOMALY_USD = 20;

const monitorArn = z
  .string()
  .check(z.regex(/^arn:aws[\w-]*:ce::\d{12}:anomalymonitor\/[\w-]{1,64}$/, "must be an anomaly monitor's ARN"));

const anomalies = z.strictObject({
  monitorArn: monitorArn.check(
    z.describe(
      'A monitor of AWS Cost Anomaly Detection that the account has: an account can have one for its services, so the stack makes none (docs/operating.md).',
    ),
  ),
  leastUsd: z
    ._default(z.number().check(z.minimum(1), z.maximum(1_000_000)), LEAST_ANOMALY_USD)
    .check(
      z.describe(`How many US dollars more than expected are told of, 1 to 1000000; ${LEAST_ANOMALY_USD} unless set.`),
    ),
});

/** What alarms can't know by themselves: whether people are expected, and what a month may cost. Each is off unless set. */
export const alarmSettings = () =>
  z.prefault(
    z.strictObject({
      quietHours: z
        ._default(z.nullable(z.int().check(z.minimum(1), z.maximum(LONGEST_QUIET_HOURS))), null)
        .check(
          z.describe(
            `After how many hours without any request an alarm goes off, 1 to ${LONGEST_QUIET_HOURS}; never unless set. For services that somebody uses at each hour.`,
          ),
        ),
      monthlyBudgetUsd: z
        ._default(z.nullable(z.number().check(z.minimum(1), z.maximum(10_000_000))), null)
        .check(
          z.describe(
            'What the AWS account may cost a month, in US dollars, 1 to 10000000: AWS Budgets tells the alarm topic at 80 and 100 %, and when it expects more. No budget unless set. It counts the whole account, SMS too.',
          ),
        ),
      anomalies: z
        ._default(z.nullable(anomalies), null)
        .check(z.describe('Has AWS Cost Anomaly Detection tell the alarm topic; not unless set.')),
    }),
    {},
  );
