import { type AwsAnswer, jsonError, queryError, startFakeAws } from './fake-aws.ts';

/** An alarm as DescribeAlarms answers it, of which a test says what matters. */
export interface StoredAlarm {
  AlarmName: string;
  AlarmDescription?: string;
  StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  ActionsEnabled: boolean;
  AlarmActions: string[];
}

interface StoredSubscription {
  Protocol: string;
  Endpoint: string;
  /** `PendingConfirmation` before it is confirmed. */
  SubscriptionArn: string;
}

/** A message that a topic got, as CloudWatch writes it. */
interface Published {
  topic: string;
  alarm: string;
  reason: string;
}

interface Input {
  AlarmNamePrefix?: string;
  MaxRecords?: number;
  NextToken?: string;
  AlarmName?: string;
  StateValue?: StoredAlarm['StateValue'];
  StateReason?: string;
  TopicArn?: string;
}

const json = (body: object): AwsAnswer => ({ body: JSON.stringify(body) });

/**
 * Starts a server for the part of CloudWatch's JSON protocol and of SNS's Query protocol that the alarms of a stack need. As CloudWatch does, it tells
 * the topics of an alarm of each change to ALARM, and of nothing else.
 *
 * @param pageSize alarms of a page, fewer than asked for
 * @see CloudWatch API Reference: DescribeAlarms, SetAlarmState; SNS API Reference: ListSubscriptionsByTopic
 */
export const startFakeCloudWatch = async ({ pageSize = 2 }: { pageSize?: number } = {}) => {
  const alarms: StoredAlarm[] = [];
  const subscriptions = new Map<string, StoredSubscription[]>();
  const published: Published[] = [];
  let refused: string | null = null;

  const describe = ({ AlarmNamePrefix = '', NextToken = '0' }: Input): AwsAnswer => {
    const matching = alarms.filter(({ AlarmName }) => AlarmName.startsWith(AlarmNamePrefix));
    const first = Number(NextToken);
    const isLast = first + pageSize >= matching.length;
    return json({
      CompositeAlarms: [],
      MetricAlarms: matching.slice(first, first + pageSize),
      ...(!isLast && { NextToken: String(first + pageSize) }),
    });
  };

  const setState = ({ AlarmName, StateValue = 'OK', StateReason = '' }: Input): AwsAnswer => {
    const alarm = alarms.find((one) => one.AlarmName === AlarmName);
    if (!alarm) return jsonError('ResourceNotFound');
    const isNew = StateValue === 'ALARM' && alarm.StateValue !== 'ALARM' && alarm.ActionsEnabled;
    alarm.StateValue = StateValue;
    if (isNew)
      for (const topic of alarm.AlarmActions) published.push({ topic, alarm: alarm.AlarmName, reason: StateReason });
    return json({});
  };

  const listSubscriptions = ({ TopicArn: topic = '' }: Input): AwsAnswer => {
    const known = subscriptions.get(topic);
    if (!known) return queryError('AuthorizationError', 'not yours', 403);
    const members = known.map(
      ({ Protocol, Endpoint, SubscriptionArn }) =>
        `<member><TopicArn>${topic}</TopicArn><Protocol>${Protocol}</Protocol><SubscriptionArn>${SubscriptionArn}</SubscriptionArn><Owner>123456789012</Owner><Endpoint>${Endpoint}</Endpoint></member>`,
    );
    const body = `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${members.join('')}</Subscriptions></ListSubscriptionsByTopicResult><ResponseMetadata><RequestId>request</RequestId></ResponseMetadata></ListSubscriptionsByTopicResponse>`;
    return { body };
  };

  const aws = await startFakeAws();
  const answering = (name: string, answer: (input: Input) => AwsAnswer) => (input: Input) =>
    refused === name ? jsonError('AccessDeniedException', `not ${JSON.stringify(input)}`) : answer(input);
  const answers = {
    DescribeAlarms: answering('DescribeAlarms', describe),
    SetAlarmState: answering('SetAlarmState', setState),
    ListSubscriptionsByTopic: answering('ListSubscriptionsByTopic', listSubscriptions),
  };
  aws.answerWith(answers);

  return {
    origin: aws.origin,
    alarms,
    subscriptions,
    published,
    /** Operations with what they were given, in order. */
    calls: aws.calls as readonly { operation: string; input: Input }[],
    /** Refuses an operation from now on. */
    refuse: (operation: string): void => {
      refused = operation;
    },
    reset: (): void => {
      alarms.length = 0;
      published.length = 0;
      subscriptions.clear();
      refused = null;
      aws.answerWith(answers);
    },
    stop: aws.stop,
  };
};
