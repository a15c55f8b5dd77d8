import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, SILENCE_IS_BAD } from './alarm-row.ts';

/** One run may meet a moment's fault, which others have alarms for; people are kept out where three in a row fail. */
const THREE_IN_A_ROW = { reached: 3, of: 3 } as const;

/**
 * Of the recovery mails, which go out each quarter of an hour, or each half where tokens live longest (functions/deliver-messages/token-spacing.ts):
 * three of these hold one at least, whatever their beginning.
 */
const HALF_HOUR = Duration.minutes(30);

/** What the canary found, and that it runs at all. None where it is switched off. */
export const canaryAlarms = ({ namespace, canary }: Pick<Watched, 'namespace' | 'canary'>): AlarmRow[] => {
  if (!canary) return [];
  const row = { threshold: 1, periods: THREE_IN_A_ROW, missing: SILENCE_IS_BAD };
  const view = (period: Duration) => ({ statistic: Stats.MAXIMUM, period });
  const run: AlarmRow = {
    ...row,
    id: 'canary',
    runbook: 'canary',
    metric: serviceMetric(namespace, 'CanaryFailures', view(Duration.minutes(canary.everyMinutes))),
    means: 'The canary can not get in, or does not run: people may be kept out.',
  };
  const mail: AlarmRow = {
    ...row,
    id: 'canary-mail',
    runbook: 'canary-mail',
    metric: serviceMetric(namespace, 'CanaryMailFailures', view(HALF_HOUR)),
    means: "Recovery mails do not reach even SES's simulator: nobody gets one.",
  };
  return canary.getsMail ? [run, mail] : [run];
};
