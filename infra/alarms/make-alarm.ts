import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { constructId } from '../construct-id.ts';
import type { AlarmRow } from './alarm-row.ts';
import { whatToDo } from './what-to-do.ts';

/** Makes the alarm of a row, and has it tell a topic. */
export const makeAlarm = (
  scope: Construct,
  { id, runbook, metric, threshold, fromAbove, periods, missing, fewSamples, means }: AlarmRow,
  topic: ITopic,
): Alarm => {
  const alarm = new Alarm(scope, constructId(id), {
    metric,
    threshold,
    comparisonOperator: fromAbove
      ? ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods.of,
    datapointsToAlarm: periods.reached,
    treatMissingData: missing,
    ...(fewSamples && { evaluateLowSampleCountPercentile: 'ignore' }),
    alarmDescription: `${means} ${whatToDo(runbook)}`,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
};
