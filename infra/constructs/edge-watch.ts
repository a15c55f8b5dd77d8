import { Construct } from 'constructs';
import { certificateAlarms } from '../alarms/certificate-alarms.ts';
import { edgeAlarms } from '../alarms/edge-alarms.ts';
import { makeAlarm } from '../alarms/make-alarm.ts';
import { AlarmTopic, mailTo } from './alarm-topic.ts';

export interface EdgeWatchProps {
  /** The name of the web ACL's metrics. */
  aclName: string;
  /** ACM's certificate of the API's name; `null` where it was given to the service itself. */
  certificateArn: string | null;
  /** Address that is subscribed and has to confirm; `null` for none. */
  alarmEmail: string | null;
}

/** The alarms of the edge. An alarm, what it reads and the topic that it tells are of one region, so the edge has a topic of its own. */
export class EdgeWatch extends Construct {
  /** The topic's ARN. */
  readonly topicArn: string;

  constructor(scope: Construct, id: string, { aclName, certificateArn, alarmEmail }: EdgeWatchProps) {
    super(scope, id);
    const { topic } = new AlarmTopic(this, 'Notices');
    this.topicArn = topic.topicArn;
    if (alarmEmail !== null) mailTo(topic, alarmEmail);
    for (const row of [...edgeAlarms(aclName), ...certificateAlarms(certificateArn)]) makeAlarm(this, row, topic);
  }
}
