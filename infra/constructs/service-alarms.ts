import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { erasureAlarms } from '../alarms/erasure-alarms.ts';
import { eventAlarms } from '../alarms/event-alarms.ts';
import { flowAlarms } from '../alarms/flow-alarms.ts';
import { gatewayAlarms } from '../alarms/gateway-alarms.ts';
import { makeAlarm } from '../alarms/make-alarm.ts';
import { outboxAlarms } from '../alarms/outbox-alarms.ts';
import { sendingAlarms } from '../alarms/sending-alarms.ts';
import { storeAlarms } from '../alarms/store-alarms.ts';
import type { Watched } from '../metrics.ts';
import { AlarmTopic } from './alarm-topic.ts';

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
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { watched, topic, alarmEmail }: ServiceAlarmsProps) {
    super(scope, id);
    this.topic = topic ?? new AlarmTopic(this, 'Notices').topic;
    if (alarmEmail !== null) this.mailTo(alarmEmail);
    const rows = [
      ...outboxAlarms(watched),
      ...eventAlarms(watched),
      ...erasureAlarms(watched),
      ...gatewayAlarms(watched),
      ...sendingAlarms(watched),
      ...storeAlarms(watched),
      ...watched.flows.flatMap((flow) => flowAlarms(flow, watched.namespace)),
    ];
    this.alarms = rows.map((row) => makeAlarm(this, row, this.topic));
  }

  private mailTo(address: string): void {
    const subscription = this.topic.addSubscription(new EmailSubscription(address));
    acknowledge(subscription, {
      'Serverless-SNSRedrivePolicy':
        "SNS tries a mail for six hours by itself. Who would tell of a queue of mails that could not be sent is an alarm, by such a mail; the alarms' states stay in CloudWatch.",
    });
  }
}
