import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { eventAlarms } from '../../infra/alarms/event-alarms.ts';
import { FlowFunction } from '../../infra/constructs/flow-function.ts';
import { eventConsumers } from '../../infra/event-sources.ts';
import { type Contract, scheduleContract, topicContract } from '../../shared/contract/contract.ts';
import { builtBundles } from '../support/built-bundles.ts';
import { functionsByFlow, onlyOne, permissionsOf } from '../support/stack-view.ts';

const FOURTEEN_DAYS_SECONDS = 14 * 24 * 60 * 60;

/** They borrow the bundles of flows that are there. */
const HEARS = topicContract({ flow: 'serve-pages', summary: 'hears', source: 'mail-events', tables: {} });
const CLEANS = scheduleContract({ flow: 'describe-service', summary: 'cleans', schedule: 'rate(1 hour)', tables: {} });

/** A stack with the functions of these contracts and what triggers them. */
const stackOf = (contracts: readonly Contract[]) => {
  const stack = new Stack(new App(), 'Throwaway');
  const functions = new Map(
    contracts.map((contract) => [
      contract.flow,
      new FlowFunction(stack, contract.flow, {
        contract,
        dynamo: 'own',
        tracing: false,
        logRetentionDays: 1,
        retainData: false,
      }),
    ]),
  );
  const functionOf = (flow: string): FlowFunction => functions.get(flow) as FlowFunction;
  const topics = { 'mail-events': new Topic(stack, 'MailEvents') };
  const made = eventConsumers(stack, contracts, { functionOf, topics });
  return { alarms: eventAlarms({ eventConsumers: made }), template: Template.fromStack(stack) };
};

describe('what triggers a flow beside requests and streams', () => {
  beforeAll(builtBundles);

  describe.each([HEARS, CLEANS])('a $trigger', (contract) => {
    let stack: ReturnType<typeof stackOf>;
    beforeAll(() => {
      stack = stackOf([contract]);
    });

    it('has a dead-letter queue for what the function fails at, which the function may write to', () => {
      const { template } = stack;
      const [queue, { Properties }] = onlyOne(template, 'AWS::SQS::Queue');
      const arn = { 'Fn::GetAtt': [queue, 'Arn'] };

      expect(Properties).toMatchObject({ MessageRetentionPeriod: FOURTEEN_DAYS_SECONDS, SqsManagedSseEnabled: true });
      template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
        DestinationConfig: { OnFailure: { Destination: arn } },
        MaximumEventAgeInSeconds: 6 * 60 * 60,
        MaximumRetryAttempts: 2,
        Qualifier: { 'Fn::Select': [7, { 'Fn::Split': [':', { Ref: onlyOne(template, 'AWS::Lambda::Alias')[0] }] }] },
      });
      const [, { Properties: made }] = functionsByFlow(template).get(contract.flow) ?? ['', {} as never];
      expect(permissionsOf(template, made.Role['Fn::GetAtt'][0])).toContain(`Allow sqs:SendMessage <${queue}.Arn>`);
    });

    it('has an alarm for the queue, which leads to the runbook', () => {
      expect(stack.alarms).toMatchObject([
        { id: `event-dead-letters-${contract.flow}`, runbook: 'dead-letters', threshold: 1 },
      ]);
    });
  });

  it('subscribes the function to the topic of its contract, with a queue for what SNS can not deliver', () => {
    const { template } = stackOf([HEARS]);

    const [queue] = onlyOne(template, 'AWS::SQS::Queue');
    const [topic] = onlyOne(template, 'AWS::SNS::Topic');
    const endpoint = { Ref: onlyOne(template, 'AWS::Lambda::Alias')[0] };
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'lambda',
      TopicArn: { Ref: topic },
      Endpoint: endpoint,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [queue, 'Arn'] } },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: endpoint,
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: topic },
    });
    template.resourceCountIs('AWS::Scheduler::Schedule', 0);
  });

  it('calls the function by the schedule of its contract, with a role that may do nothing else', () => {
    const { template } = stackOf([CLEANS]);

    const [queue] = onlyOne(template, 'AWS::SQS::Queue');
    const [alias] = onlyOne(template, 'AWS::Lambda::Alias');
    const [, { Properties: schedule }] = onlyOne(template, 'AWS::Scheduler::Schedule');
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
      Target: {
        Arn: { Ref: alias },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } },
      },
    });
    const [role] = schedule.Target.RoleArn['Fn::GetAtt'];
    const policies = Object.values(
      template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: role }] } }),
    );
    const actions = policies.flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.map(({ Action }: { Action: string }) => Action),
    );
    expect(actions.toSorted((a, b) => a.localeCompare(b))).toEqual(['lambda:InvokeFunction', 'sqs:SendMessage']);
    template.resourceCountIs('AWS::SNS::Subscription', 0);
  });

  it('leaves flows with another trigger alone', () => {
    const stack = new Stack(new App(), 'Throwaway');
    const topics = { 'mail-events': new Topic(stack, 'MailEvents') };
    const functionOf = (): never => {
      throw new Error('no function is asked for');
    };
    const others: Contract[] = [{ trigger: 'rotation', flow: 'rotate-keyring', summary: '', tables: {} }];

    expect(eventConsumers(stack, others, { functionOf, topics })).toEqual([]);
  });
});
