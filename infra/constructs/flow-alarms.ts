import { NestedStack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { flowAlarms } from '../alarms/flow-alarms.ts';
import { makeAlarm } from '../alarms/make-alarm.ts';
import type { Watched } from '../metrics.ts';

export interface FlowAlarmsProps {
  watched: Pick<Watched, 'flows' | 'namespace'>;
  /** The topic that they tell. */
  topic: ITopic;
}

/**
 * The alarms of single flows. A stack of its own: CloudFormation takes 500 resources in one, and these are two for each flow. They keep
 * nothing that could be lost.
 *
 * @see CloudFormation user guide, "Understand CloudFormation quotas"
 */
export class FlowAlarms extends NestedStack {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { watched: { flows, namespace }, topic }: FlowAlarmsProps) {
    super(scope, id, { description: 'Keyturn: the alarms of single flows.' });
    this.alarms = flows.flatMap((flow) => flowAlarms(flow, namespace)).map((row) => makeAlarm(this, row, topic));
  }
}
