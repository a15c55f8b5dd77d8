import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmRow, ONCE, SILENCE_CHANGES_NOTHING } from './alarm-row.ts';

/** ACM renews a certificate 60 days before its end, and goes on trying: one that is this near to it can't be renewed. @see ACM user guide, "Managed certificate renewal" */
const DAYS_LEFT = 30;

/**
 * The end of ACM's certificate of the API's own name. ACM tells it twice a day.
 *
 * @param certificateArn in the region of the alarm; `null` for none
 * @see ACM user guide, "Supported CloudWatch metrics"
 */
export const certificateAlarms = (certificateArn: string | null): AlarmRow[] =>
  certificateArn === null
    ? []
    : [
        {
          id: 'certificate-ends',
          runbook: 'certificate-ends',
          metric: new Metric({
            namespace: 'AWS/CertificateManager',
            metricName: 'DaysToExpiry',
            dimensionsMap: { CertificateArn: certificateArn },
            statistic: Stats.MINIMUM,
            period: Duration.days(1),
          }),
          threshold: DAYS_LEFT,
          fromAbove: true,
          periods: ONCE,
          missing: SILENCE_CHANGES_NOTHING,
          means: `The certificate of the API's name ends in ${DAYS_LEFT} days, and was not renewed.`,
        },
      ];
