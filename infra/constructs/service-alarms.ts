import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { backupAlarms } from '../alarms/backup-alarms.ts';
import { canaryAlarms } from '../alarms/canary-alarms.ts';
import { certificateAlarms } from '../alarms/certificate-alarms.ts';
import { erasureAlarms } from '../alarms/erasure-alarms.ts';
import { eventAlarms } from '../alarms/event-alarms.ts';
import { gatewayAlarms } from '../alarms/gateway-alarms.ts';
import { keyringAlarms } from '../alarms/keyring-alarms.ts';
import { makeAlarm } from '../alarms/make-alarm.ts';
import { outboxAlarms } from '../alarms/outbox-alarms.ts';
import { refusalAlarms } from '../alarms/refusal-alarms.ts';
import { sendingAlarms } from '../alarms/sending-alarms.ts';
import { smsAlarms } from '../alarms/sms-alarms.ts';
import { storeAlarms } from '../alarms/store-alarms.ts';
import { trafficAlarms } from '../alarms/traffic-alarms.ts';
import type { Watched } from '../metrics.ts';
import { AlarmTopic, mailTo } from './alarm-topic.ts';
import { FlowAlarms } from './flow-alarms.ts';

export interface ServiceAlarmsProps {
  watched: Watched;
  /** The topic to publish to; CloudWatch must be allowed to. A new topic unless given. */
  topic?: ITopic | undefined;
  /** Address that is subscribed and has to confirm; `null` for none. */
  alarmEmail: string | null;
}

/** The alarms of the service and of each flow. Each names its heading in docs/runbook.md. */
export class ServiceAlarms extends Construct {
  readonly topic: ITopic;
  /** Of the service as a whole. */
  readonly ofService: readonly Alarm[];
  /** Of single flows. */
  readonly ofFlows: readonly Alarm[];

  constructor(scope: Construct, id: string, { watched, topic, alarmEmail }: ServiceAlarmsProps) {
    super(scope, id);
    const own = topic ?? new AlarmTopic(this, 'Notices').topic;
    this.topic = own;
    if (alarmEmail !== null) mailTo(own, alarmEmail);
    this.ofService = [
      ...canaryAlarms(watched),
      ...outboxAlarms(watched),
      ...eventAlarms(watched),
      ...erasureAlarms(watched),
      ...backupAlarms(watched),
      ...gatewayAlarms(watched),
      ...refusalAlarms(watched),
      ...trafficAlarms(watched),
      ...certificateAlarms(watched.certificateArn),
      ...sendingAlarms(watched),
      ...smsAlarms(watched),
      ...storeAlarms(watched),
      ...keyringAlarms(watched),
    ].map((row) => makeAlarm(this, row, own));
    this.ofFlows = new FlowAlarms(this, 'Flows', { watched, topic: own }).alarms;
  }
}
