import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { constructId } from '../construct-id.ts';
import type { AlarmRow } from './alarm-row.ts';

/** An alarm that publishes to a topic and names its heading in docs/runbook.md. */
export const makeAlarm = (
  scope: Construct,
  { id, runbook, metric, threshold, periods, missing, means }: AlarmRow,
  topic: ITopic,
): Alarm => {
  const alarm = new Alarm(scope, constructId(id), {
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods.of,
    datapointsToAlarm: periods.reached,
    treatMissingData: missing,
    alarmDescription: `${means} What to do: docs/runbook.md#${runbook}`,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
};
