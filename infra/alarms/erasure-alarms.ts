import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, ONCE, SILENCE_IS_GOOD } from './alarm-row.ts';

/** A run is due each hour, and each goes on where the one before has stopped: a day is far more than any load takes. */
const BEHIND = Duration.days(1);

/** Accounts that should be erased by now. That runs fail at all is told by their dead letters. */
export const erasureAlarms = ({ namespace }: Pick<Watched, 'namespace'>): AlarmRow[] => [
  {
    id: 'erasure-delay',
    runbook: 'erasure-delay',
    metric: serviceMetric(namespace, 'ErasureDelay', { statistic: Stats.MAXIMUM, period: Duration.hours(1) }),
    threshold: BEHIND.toMilliseconds(),
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: 'An account that its owner has deleted should have been erased a day ago.',
  },
];
