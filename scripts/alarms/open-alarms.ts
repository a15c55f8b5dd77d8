import * as z from 'zod/mini';
import { headingIn } from '../../infra/alarms/what-to-do.ts';
import { CLOUDWATCH } from '../aws/aws-apis.ts';
import type { AskAws, AwsOperation } from '../aws/aws-operation.ts';
import { type Subscription, subscriptionsOf } from '../aws/subscriptions.ts';

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

const DESCRIBE_ALARMS: AwsOperation<z.infer<typeof page>> = {
  api: CLOUDWATCH,
  name: 'DescribeAlarms',
  actions: ['cloudwatch:DescribeAlarms'],
  answer: page,
};

/** Its answer says nothing. */
const SET_ALARM_STATE: AwsOperation<unknown> = {
  api: CLOUDWATCH,
  name: 'SetAlarmState',
  actions: ['cloudwatch:SetAlarmState'],
  answer: z.unknown(),
};

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

/** The alarms of an AWS account in one region. */
export interface Alarms {
  /** Those of a stack that lead to the runbook. @throws AwsRefused */
  list(stack: string): Promise<DeployedAlarm[]>;
  /** Sets a state until CloudWatch looks at the metric again. A change to ALARM is told to the topics. @throws AwsRefused */
  setState(name: string, state: AlarmState, reason: string): Promise<void>;
  /** Whom a topic tells. @throws AwsRefused */
  subscriptions(topicArn: string): Promise<Subscription[]>;
}

const isTopic = (action: string): boolean => action.split(':')[2] === 'sns';

/** Opens them with what asks AWS for an operator. */
export const openAlarms = (ask: AskAws): Alarms => ({
  list: async (stack) => {
    const found: DeployedAlarm[] = [];
    let NextToken: string | null | undefined;
    do {
      const asked = { AlarmNamePrefix: `${stack}-`, AlarmTypes: ['MetricAlarm'], MaxRecords: PAGE_SIZE };
      const answer = await ask(DESCRIBE_ALARMS, { ...asked, ...(NextToken && { NextToken }) });
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
    void (await ask(SET_ALARM_STATE, { AlarmName, StateValue, StateReason })),
  subscriptions: (topicArn) => subscriptionsOf(ask, topicArn),
});
