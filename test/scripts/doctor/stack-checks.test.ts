import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeChecks } from '../../support/doctor-cases.ts';
import { startDoctorWorld } from '../../support/doctor-world.ts';
import type { AwsAnswers } from '../../support/fake-aws.ts';
import { DAY, describedStack, json, list, MAPPINGS, NOW, TOPIC, xml } from '../../support/recorded-shapes.ts';

const stack = (changes: Record<string, string>): { aws: AwsAnswers } => ({
  aws: { DescribeStacks: () => describedStack(changes) },
});
const secret = (changes: object): { aws: AwsAnswers } => ({
  aws: { DescribeSecret: () => json({ RotationEnabled: true, LastRotatedDate: NOW - DAY, ...changes }) },
});
const mapping = (changes: object): { aws: AwsAnswers } => ({
  aws: {
    GetEventSourceMapping: ({ UUID }) =>
      json({ UUID, State: 'Enabled', FunctionArn: 'arn:x', ...(UUID === MAPPINGS[1] && changes) }),
  },
});
const subscribed = (...arns: string[]): { aws: AwsAnswers } => ({
  aws: {
    ListSubscriptionsByTopic: ({ NextToken }) => {
      const all = arns.map((SubscriptionArn, index) => ({
        Protocol: 'email',
        SubscriptionArn,
        Endpoint: `on-call-${index}@x`,
      }));
      return NextToken === undefined
        ? xml('ListSubscriptionsByTopic', `${list('Subscriptions', all.slice(0, 1))}<NextToken>2</NextToken>`)
        : xml('ListSubscriptionsByTopic', list('Subscriptions', all.slice(1)));
    },
  },
});
const drift = (status: string, ...found: string[]): { aws: AwsAnswers } => ({
  aws: {
    DescribeStackDriftDetectionStatus: () =>
      xml('DescribeStackDriftDetectionStatus', `<DetectionStatus>${status}</DetectionStatus>`),
    DescribeStackResourceDrifts: () =>
      xml(
        'DescribeStackResourceDrifts',
        list(
          'StackResourceDrifts',
          found.map((LogicalResourceId) => ({
            LogicalResourceId,
            ResourceType: 'AWS::ApiGatewayV2::Stage',
            StackResourceDriftStatus: 'MODIFIED',
          })),
        ),
      ),
  },
});

describeChecks({
  stack: [
    ['a deployment is under way', stack({ StackStatus: 'UPDATE_IN_PROGRESS' }), 'warn', 'is being changed'],
    ['the last deployment went back', stack({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' }), 'fail', 'did not go through'],
    [
      'it can be deleted by mistake',
      stack({ EnableTerminationProtection: 'false' }),
      'warn',
      '--enable-termination-protection',
    ],
  ],
  keyring: [
    ['it was never made', secret({ LastRotatedDate: undefined }), 'fail', 'rotate-secret'],
    ['it is to be deleted', secret({ DeletedDate: NOW + 7 * DAY }), 'fail', 'restore-secret'],
    ['its rotation is off', secret({ RotationEnabled: false }), 'fail', 'not rotated'],
    ['its rotation is late', secret({ NextRotationDate: NOW - 2 * DAY }), 'warn', '2026-11-28'],
    ['nothing is due', secret({}), 'ok', '2026-11-29'],
  ],
  'event-sources': [
    [
      'one is off',
      mapping({ State: 'Disabled', StateTransitionReason: 'USER_INITIATED' }),
      'fail',
      `${MAPPINGS[1]} is Disabled (USER_INITIATED)`,
    ],
    [
      'one has trouble',
      mapping({ LastProcessingResult: 'PROBLEM: Function call failed' }),
      'warn',
      'Function call failed',
    ],
    ['one has not begun', mapping({}), 'ok', 'All 2 mappings'],
  ],
  'alarm-subscriptions': [
    ['there is none', subscribed(), 'fail', 'alarmEmail'],
    ['none is confirmed', subscribed('PendingConfirmation'), 'fail', 'on-call-0@x'],
    [
      'one is not confirmed',
      subscribed(`${TOPIC}:1`, 'PendingConfirmation'),
      'warn',
      'on-call-1@x is told of no alarm',
    ],
    ['two are', subscribed(`${TOPIC}:1`, `${TOPIC}:2`), 'ok', '2 subscribers are'],
  ],
  'stack-drift': [
    ['something differs', drift('DETECTION_COMPLETE', 'Stage'), 'warn', 'Stage (AWS::ApiGatewayV2::Stage, MODIFIED)'],
    ['nothing of it differs', drift('DETECTION_COMPLETE'), 'ok', "in the service's own stack"],
    ['not all could be read', drift('DETECTION_FAILED'), 'unknown', 'ReadOnlyAccess'],
    ['something differs among what could be read', drift('DETECTION_FAILED', 'Stage'), 'warn', 'Stage'],
    ['it does not end', drift('DETECTION_IN_PROGRESS'), 'unknown', 'five minutes'],
  ],
});

describe('the check of drift', () => {
  let world: Awaited<ReturnType<typeof startDoctorWorld>>;
  beforeAll(async () => {
    world = await startDoctorWorld();
  });
  afterAll(() => world.stop());

  it('waits five minutes at the most, and starts one detection', async () => {
    const { pausedMs } = await world.examine(drift('DETECTION_IN_PROGRESS'));

    expect(pausedMs()).toBe(300_000);
    expect(world.calls.filter(({ operation }) => operation === 'DetectStackDrift')).toHaveLength(1);
  });
});
