import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, ONCE, QUARTER_HOUR, SILENCE_CHANGES_NOTHING, SILENCE_IS_GOOD } from './alarm-row.ts';

/** Secrets Manager rotates within the day that is due, and repeats a rotation that failed. */
const OVERDUE_DAYS = 7;

/** In 15 minutes. A single failed read is repeated five minutes later, and changes nothing for anybody. */
const FAILED_READS = 2;

/** Whether functions can read the keyring, and whether it is rotated. A step of a rotation that fails is in store-alarms.ts. */
export const keyringAlarms = ({ namespace, keyRotationDays }: Watched): AlarmRow[] => [
  {
    id: 'keyring-not-read',
    runbook: 'keyring-not-read',
    metric: serviceMetric(namespace, 'KeyringNotRead', { statistic: Stats.SUM, period: QUARTER_HOUR }),
    threshold: FAILED_READS,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: 'Functions can not read the keyring. Those that have it go on; those that start now answer 503.',
  },
  {
    id: 'keyring-age',
    runbook: 'keyring-age',
    metric: serviceMetric(namespace, 'KeyringAge', { statistic: Stats.MAXIMUM, period: Duration.hours(1) }),
    threshold: Duration.days(keyRotationDays + OVERDUE_DAYS).toMilliseconds(),
    periods: ONCE,
    missing: SILENCE_CHANGES_NOTHING,
    means: `The keyring should have been rotated ${OVERDUE_DAYS} days ago, and no rotation has begun.`,
  },
];
