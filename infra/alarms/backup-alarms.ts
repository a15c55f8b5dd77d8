import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Watched } from '../metrics.ts';
import { type AlarmRow, ONCE, SILENCE_IS_GOOD } from './alarm-row.ts';

/** Backups start once a day, and their jobs end within a day. */
const PERIOD = Duration.hours(1);

/**
 * Ends of jobs that leave no backup, or no copy of one. AWS Backup reports each by the vault, and none that did not happen.
 *
 * @see AWS Backup developer guide, "AWS Backup metrics with Amazon CloudWatch"
 */
const FAILURES = {
  failed: 'NumberOfBackupJobsFailed',
  aborted: 'NumberOfBackupJobsAborted',
  expired: 'NumberOfBackupJobsExpired',
  copies: 'NumberOfCopyJobsFailed',
} as const;

/** Backups that were not made. */
export const backupAlarms = ({ backups }: Pick<Watched, 'backups'>): AlarmRow[] => {
  if (!backups) return [];
  const dimensionsMap = { BackupVaultName: backups.vault.backupVaultName };
  const failures = Object.entries(FAILURES).map(([id, metricName]) => [
    id,
    new Metric({ namespace: 'AWS/Backup', metricName, dimensionsMap, statistic: Stats.SUM, period: PERIOD }),
  ]);
  return [
    {
      id: 'backup-failed',
      runbook: 'backup-failed',
      metric: new MathExpression({
        expression: Object.keys(FAILURES).join(' + '),
        usingMetrics: Object.fromEntries(failures),
        period: PERIOD,
      }),
      threshold: 1,
      periods: ONCE,
      missing: SILENCE_IS_GOOD,
      means: 'A backup of Accounts or Credentials, or its copy, was not made.',
    },
  ];
};
