import type { IncomingMessage, ServerResponse } from 'node:http';
import { startFakeServer } from './fake-server.ts';

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
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const TARGET = 'GraniteServiceVersion20100801.';

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
  /** Operations with what they were given, in order. */
  const calls: { operation: string; input: Input }[] = [];
  let refused: string | null = null;

  const json = (response: ServerResponse, status: number, body: object): void =>
    void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));

  const describe = ({ AlarmNamePrefix = '', NextToken = '0' }: Input): object => {
    const matching = alarms.filter(({ AlarmName }) => AlarmName.startsWith(AlarmNamePrefix));
    const first = Number(NextToken);
    const isLast = first + pageSize >= matching.length;
    return {
      CompositeAlarms: [],
      MetricAlarms: matching.slice(first, first + pageSize),
      ...(!isLast && { NextToken: String(first + pageSize) }),
    };
  };

  const setState = ({ AlarmName, StateValue = 'OK', StateReason = '' }: Input): object => {
    const alarm = alarms.find((one) => one.AlarmName === AlarmName);
    if (!alarm) return { __type: 'com.amazonaws.cloudwatch#ResourceNotFound' };
    const isNew = StateValue === 'ALARM' && alarm.StateValue !== 'ALARM' && alarm.ActionsEnabled;
    alarm.StateValue = StateValue;
    if (isNew)
      for (const topic of alarm.AlarmActions) published.push({ topic, alarm: alarm.AlarmName, reason: StateReason });
    return {};
  };

  const listSubscriptions = (response: ServerResponse, topic: string): void => {
    const known = subscriptions.get(topic);
    const members = (known ?? []).map(
      ({ Protocol, Endpoint, SubscriptionArn }) =>
        `<member><TopicArn>${topic}</TopicArn><Protocol>${Protocol}</Protocol><SubscriptionArn>${SubscriptionArn}</SubscriptionArn><Owner>123456789012</Owner><Endpoint>${Endpoint}</Endpoint></member>`,
    );
    const xml = known
      ? `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${members.join('')}</Subscriptions></ListSubscriptionsByTopicResult><ResponseMetadata><RequestId>request</RequestId></ResponseMetadata></ListSubscriptionsByTopicResponse>`
      : '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not yours</Message></Error><RequestId>request</RequestId></ErrorResponse>';
    response.writeHead(known ? 200 : 403, { 'content-type': 'text/xml' }).end(xml);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    if (!target.startsWith(TARGET)) {
      listSubscriptions(response, new URLSearchParams(body).get('TopicArn') ?? '');
      return;
    }
    const operation = target.slice(TARGET.length);
    const input = JSON.parse(body) as Input;
    calls.push({ operation, input });
    if (refused === operation) {
      json(response, 400, { __type: 'com.amazon.coral.service#AccessDeniedException', Message: `not ${body}` });
      return;
    }
    const answer = operation === 'DescribeAlarms' ? describe(input) : setState(input);
    json(response, '__type' in answer ? 400 : 200, answer);
  };

  const { origin, stop } = await startFakeServer((request, response) => void handle(request, response));
  return {
    origin,
    alarms,
    subscriptions,
    published,
    calls,
    /** Refuses an operation from now on. */
    refuse: (operation: string): void => {
      refused = operation;
    },
    reset: (): void => {
      alarms.length = 0;
      published.length = 0;
      calls.length = 0;
      subscriptions.clear();
      refused = null;
    },
    stop,
  };
};
