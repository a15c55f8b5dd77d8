import { Duration } from 'aws-cdk-lib';
import { type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm as a row of a table. It goes off when the metric reaches the threshold, from below unless {@link AlarmRow.fromAbove}. */
export interface AlarmRow {
  /** In kebab-case; unique. */
  id: string;
  /** Its heading in docs/runbook.md. */
  runbook: string;
  metric: IMetric;
  threshold: number;
  /** For what must not become too little: it goes off when the metric falls to the threshold. */
  fromAbove?: true;
  /** How many of the last `of` periods have to reach the threshold. */
  periods: { reached: number; of: number };
  missing: TreatMissingData;
  /**
   * `wait` for a percentile of which too few samples say nothing: the alarm keeps its state until there are 10 / (1 - percentile) in a period,
   * which is 1,000 for p99. @see CloudWatch user guide, "Percentile-based alarms and low data samples"
   */
  fewSamples?: 'wait';
  /** What has happened; the text of the alarm's mail. */
  means: string;
}

/** For metrics that are reported only under traffic or only on failure: no data means no failure. */
export const SILENCE_IS_GOOD = TreatMissingData.NOT_BREACHING;
/** For what is reported at intervals: the alarm keeps its state until the next data point. */
export const SILENCE_CHANGES_NOTHING = TreatMissingData.IGNORE;
/** For what has to be there: no data is the failure. */
export const SILENCE_IS_BAD = TreatMissingData.BREACHING;

export const ONCE = { reached: 1, of: 1 } as const;
export const TWICE_OF_THREE = { reached: 2, of: 3 } as const;
export const FIVE_MINUTES = Duration.minutes(5);
export const QUARTER_HOUR = Duration.minutes(15);

/** @see CloudWatch user guide, "Creating an alarm based on a metric math expression" */
export const METRICS_OF_AN_ALARM = 10;

/** Cuts a list, for alarms that can't read all of it. */
export const inParts = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, part) => items.slice(part * size, (part + 1) * size));

/** Above what one person causes by trying again. */
export const LEAST_FAILURES = 3;
/** 5 % of the requests. */
export const FAILURES_PERCENT = 5;
