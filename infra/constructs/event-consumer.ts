import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ScheduleContract, TopicContract, TopicName } from '../../shared/contract/contract.ts';
import { acknowledge } from '../acknowledge.ts';
import { makeDeadLetterQueue } from './dead-letter-queue.ts';
import type { FlowFunction } from './flow-function.ts';

/**
 * Lambda's most. SNS and Scheduler call a function asynchronously: they are done when Lambda has queued the event, and
 * Lambda itself tries again.
 * @see Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation"
 */
const RETRIES = 2;
const OLDEST_EVENT = Duration.hours(6);

export interface EventConsumerProps {
  consumer: FlowFunction;
  contract: TopicContract | ScheduleContract;
  topics: Readonly<Record<TopicName, ITopic>>;
}

/**
 * Invokes a function for each message of a topic, or by a schedule. What can't be handed to the function, and what the
 * function fails at, ends in a dead-letter queue with an alarm.
 */
export class EventConsumer extends Construct {
  readonly contract: EventConsumerProps['contract'];
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { consumer, contract, topics }: EventConsumerProps) {
    super(scope, id);
    this.contract = contract;
    this.deadLetters = makeDeadLetterQueue(this);

    consumer.bind({
      statements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] })],
    });
    consumer.live.configureAsyncInvoke({
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
      retryAttempts: RETRIES,
      maxEventAge: OLDEST_EVENT,
    });
    if (contract.trigger === 'topic') this.subscribe(consumer.target, topics[contract.source]);
    else this.schedule(consumer.target, contract);
  }

  private subscribe(target: IFunction, topic: ITopic): void {
    const subscription = topic.addSubscription(new LambdaSubscription(target, { deadLetterQueue: this.deadLetters }));
    acknowledge(subscription, { 'CloudFormation-Validate::W3694': "An alias's ARN is one that SNS can call." });
  }

  private schedule(target: IFunction, { flow, schedule }: ScheduleContract): void {
    const role = new Role(this, 'SchedulerRole', {
      description: `What EventBridge Scheduler may do to call ${flow}.`,
      // Only for schedules of this account: Scheduler serves all.
      // @see EventBridge Scheduler user guide, "Cross-service confused deputy prevention"
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }));
    const made = new Schedule(this, 'Schedule', {
      description: `Calls ${flow}.`,
      schedule: ScheduleExpression.expression(schedule),
      // The target itself would grant every version and alias of the function.
      target: new LambdaInvoke(target, {
        deadLetterQueue: this.deadLetters,
        role: role.withoutPolicyUpdates(),
      }),
    });
    made.node.addDependency(role); // it may call an alias before it is told to
  }
}
