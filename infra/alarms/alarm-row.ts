import { Duration } from 'aws-cdk-lib';
import { type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm as a row of a table. It goes off when the metric reaches the threshold. */
export interface AlarmRow {
  /** In kebab-case; unique. */
  id: string;
  /** Its heading in docs/runbook.md. */
  runbook: string;
  metric: IMetric;
  threshold: number;
  /** How many of the last `of` periods have to reach the threshold. */
  periods: { reached: number; of: number };
  missing: TreatMissingData;
  /** What has happened; the text of the alarm's mail. */
  means: string;
}

/** For metrics that are reported only under traffic or only on failure: no data means no failure. */
export const SILENCE_IS_GOOD = TreatMissingData.NOT_BREACHING;
/** For rates that SES reports at intervals: the alarm keeps its state until the next data point. */
export const SILENCE_CHANGES_NOTHING = TreatMissingData.IGNORE;

export const ONCE = { reached: 1, of: 1 } as const;
export const TWICE_OF_THREE = { reached: 2, of: 3 } as const;
export const FIVE_MINUTES = Duration.minutes(5);
export const QUARTER_HOUR = Duration.minutes(15);

/** Above what one person causes by trying again. */
export const LEAST_FAILURES = 3;
/** 5 % of the requests. */
export const FAILURES_PERCENT = 5;
