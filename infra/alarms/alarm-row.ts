import { Duration } from 'aws-cdk-lib';
import { type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm as a row of a table. It goes off when the metric reaches the threshold. */
export interface AlarmRow {
  /** In kebab-case; of its own. */
  id: string;
  /** Its heading in docs/runbook.md. */
  runbook: string;
  metric: IMetric;
  threshold: number;
  /** In how many of the last so many periods. */
  periods: { reached: number; of: number };
  missing: TreatMissingData;
  /** What has happened, in the words of the mail. */
  means: string;
}

/** For whatever is reported only while there is traffic, or only when something went wrong: silence is good. */
export const SILENCE_IS_GOOD = TreatMissingData.NOT_BREACHING;
/** For a rate that SES reports now and then: until it does again, it is what it was. */
export const SILENCE_CHANGES_NOTHING = TreatMissingData.IGNORE;

export const ONCE = { reached: 1, of: 1 } as const;
export const TWICE_OF_THREE = { reached: 2, of: 3 } as const;
export const FIVE_MINUTES = Duration.minutes(5);
export const QUARTER_HOUR = Duration.minutes(15);

/** As few as can't be one person trying again. */
export const LEAST_FAILURES = 3;
/** One of twenty requests: people notice. */
export const FAILURES_PERCENT = 5;
