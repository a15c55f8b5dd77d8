import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { headingIn } from '../../infra/alarms/what-to-do.ts';
import type { AwsService } from '../../shared/aws/aws-endpoint.ts';
import { awsEnvironment } from '../../shared/aws/aws-environment.ts';
import { openAwsJsonClient } from '../../shared/aws/aws-json-client.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';

/** CloudWatch. It is the one service here whose SDK is not in use otherwise, and speaks the protocol of our own client too. @see botocore, cloudwatch, "protocols" */
const CLOUDWATCH: AwsService = {
  name: 'monitoring',
  endpointVariable: 'CLOUDWATCH',
  targetPrefix: 'GraniteServiceVersion20100801',
  jsonVersion: '1.0',
  isFipsInGovCloud: true,
  hasIpv6Anyway: () => false,
};

/** For all attempts of a call. */
const CALL_TIMEOUT_MS = 10_000;

/** CloudWatch's most. @see CloudWatch API Reference, DescribeAlarms */
const PAGE_SIZE = 100;

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

const page = z.object({
  MetricAlarms: z._default(
    z.array(
      z.object({
        AlarmName: z.string(),
        AlarmDescription: z._default(z.string(), ''),
        StateValue: z.enum(STATES),
        ActionsEnabled: z._default(z.boolean(), true),
        AlarmActions: z._default(z.array(z.string()), []),
      }),
    ),
    [],
  ),
  NextToken: z.nullish(z.string()),
});

/** State of an alarm, in CloudWatch's words. */
type AlarmState = (typeof STATES)[number];

/** An alarm of a stack. */
export interface DeployedAlarm {
  name: string;
  /** In docs/runbook.md. */
  heading: string;
  state: AlarmState;
  /** ARNs of the topics that it tells; empty where nobody is told, also because its actions are switched off. */
  topics: readonly string[];
}

/** Somebody whom a topic tells. */
export interface Subscription {
  /** Such as `email`. */
  protocol: string;
  endpoint: string;
  /** Whether its owner has confirmed: nothing arrives before. */
  isConfirmed: boolean;
}

/** The alarms of an AWS account in one region. */
export interface Alarms {
  /** Those of a stack that lead to the runbook. @throws what CloudWatch answers, in the SDK's form */
  list(stack: string): Promise<DeployedAlarm[]>;
  /** Sets a state until CloudWatch looks at the metric again. A change to ALARM is told to the topics. @throws what CloudWatch answers */
  setState(name: string, state: AlarmState, reason: string): Promise<void>;
  /** Whom a topic tells. @throws what SNS answers */
  subscriptions(topicArn: string): Promise<Subscription[]>;
}

/** What SNS has in the place of an ARN until the owner has confirmed. @see SNS API Reference, ListSubscriptionsByTopic */
const ARN = /^arn:/;

const isTopic = (action: string): boolean => action.split(':')[2] === 'sns';

/** Opens them with the credentials and the region of an operator, wherever the SDK finds them. */
export const openAlarms = async (parts: { clock: Clock; randomness: Randomness }): Promise<Alarms> => {
  const sns = new SNSClient();
  const [region, credentials] = await Promise.all([sns.config.region(), sns.config.credentials()]);
  const { AWS_SESSION_TOKEN: _, ...others } = awsEnvironment();
  const environment = {
    ...others,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  const send = openAwsJsonClient({ service: CLOUDWATCH, environment, ...parts });
  const call = (operation: string, input: object) => send(operation, input, performance.now() + CALL_TIMEOUT_MS);

  return {
    list: async (stack) => {
      const found: DeployedAlarm[] = [];
      let NextToken: string | null | undefined;
      do {
        const asked = { AlarmNamePrefix: `${stack}-`, AlarmTypes: ['MetricAlarm'], MaxRecords: PAGE_SIZE };
        const answer = page.parse(await call('DescribeAlarms', { ...asked, ...(NextToken && { NextToken }) }));
        for (const { AlarmName, AlarmDescription, StateValue, ActionsEnabled, AlarmActions } of answer.MetricAlarms) {
          const heading = headingIn(AlarmDescription);
          if (heading === null) continue; // another's, whose stack is named alike
          const topics = ActionsEnabled ? AlarmActions.filter(isTopic) : [];
          found.push({ name: AlarmName, heading, state: StateValue, topics });
        }
        NextToken = answer.NextToken;
      } while (NextToken);
      return found;
    },
    setState: async (AlarmName, StateValue, StateReason) =>
      void (await call('SetAlarmState', { AlarmName, StateValue, StateReason })),
    subscriptions: async (TopicArn) => {
      const found: Subscription[] = [];
      let NextToken: string | undefined;
      do {
        const answer = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
        for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of answer.Subscriptions ?? [])
          found.push({ protocol: Protocol, endpoint: Endpoint, isConfirmed: ARN.test(SubscriptionArn) });
        NextToken = answer.NextToken;
      } while (NextToken);
      return found;
    },
  };
};
