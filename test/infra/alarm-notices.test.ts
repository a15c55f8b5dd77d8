import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { type Alarm, alarmsOf } from '../support/alarms.ts';
import { CERTIFICATE, EVERY_ALARM, edgeTemplate, MONITOR } from '../support/every-alarm.ts';
import { evaluate, READINGS } from '../support/metric-math.ts';
import { resourcesOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

const only = (template: Template, anchor: string): Alarm[] =>
  alarmsOf(template).filter(({ description }) => description.endsWith(`#${anchor}`));

const TELLS_WITHOUT_ALARM = ['AWS::Budgets::Budget', 'AWS::CE::AnomalySubscription'];

describe('what an operator can ask to be told', () => {
  let plain: Template;
  let full: Template;
  beforeAll(async () => {
    plain = await synthesise();
    full = await synthesise({ settings: EVERY_ALARM });
  });

  const topicOf = (template: Template) => template.findOutputs('AlarmTopicArn').AlarmTopicArn?.Value;
  const mayPublish = (template: Template, Service: string) =>
    resourcesOf(template, 'AWS::SNS::TopicPolicy')
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Principal }) => Principal.Service === Service);

  it('is off unless it is set: a small service has quiet nights, and accounts have budgets of their own', () => {
    expect(only(plain, 'no-traffic')).toEqual([]);
    expect(TELLS_WITHOUT_ALARM.flatMap((type) => resourcesOf(plain, type))).toEqual([]);
    expect(mayPublish(plain, 'budgets.amazonaws.com')).toEqual([]);
    expect(mayPublish(plain, 'costalerts.amazonaws.com')).toEqual([]);
  });

  it('is that no request has come for so many hours, of which silence itself is the sign', () => {
    const [alarm] = only(full, 'no-traffic');

    expect(alarm?.properties).toMatchObject({
      ComparisonOperator: 'LessThanOrEqualToThreshold',
      Threshold: 0,
      Period: 3600,
      EvaluationPeriods: 6,
      DatapointsToAlarm: 6,
      TreatMissingData: 'breaching',
      MetricName: 'Count',
      Statistic: 'Sum',
    });
  });

  it("is that a month costs more than it may, in the whole account, and AWS may tell the alarms' topic", () => {
    full.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 250, Unit: 'USD' } },
      NotificationsWithSubscribers: [
        ['ACTUAL', 80],
        ['ACTUAL', 100],
        ['FORECASTED', 100],
      ].map(([NotificationType, Threshold]) => ({
        Notification: { NotificationType, Threshold, ComparisonOperator: 'GREATER_THAN', ThresholdType: 'PERCENTAGE' },
        Subscribers: [{ SubscriptionType: 'SNS', Address: topicOf(full) }],
      })),
    });
    expect(mayPublish(full, 'budgets.amazonaws.com')).toMatchObject([
      { Action: 'sns:Publish', Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
    ]);
  });

  it('is a day that costs more than others, by the monitor that the account has: it has room for one', () => {
    full.hasResourceProperties('AWS::CE::AnomalySubscription', {
      Frequency: 'IMMEDIATE',
      MonitorArnList: [MONITOR],
      Subscribers: [{ Type: 'SNS', Address: topicOf(full) }],
      ThresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: ['40'],
        },
      }),
    });
    expect(resourcesOf(full, 'AWS::CE::AnomalyMonitor')).toEqual([]);
    expect(mayPublish(full, 'costalerts.amazonaws.com')).toHaveLength(1);
  });

  it("comes when the topic's policy is there: AWS tries the topic when it is asked to tell it", () => {
    const [[policy] = ['']] = resourcesOf(full, 'AWS::SNS::TopicPolicy').filter(([id]) => id.includes('Alarms'));

    const waits = TELLS_WITHOUT_ALARM.map((type) => Object.values(full.findResources(type))[0]?.DependsOn);

    expect(policy).not.toBe('');
    expect(waits).toEqual(TELLS_WITHOUT_ALARM.map(() => expect.arrayContaining([policy])));
  });

  it.each<[string, SettingsInput['deployment']]>([
    ['hours beyond what an alarm looks back', { alarms: { quietHours: 25 } }],
    ['a budget of nothing', { alarms: { monthlyBudgetUsd: 0 } }],
    ['a monitor that is none', { alarms: { anomalies: { monitorArn: CERTIFICATE } } }],
  ])('is refused for %s', async (_, deployment) => {
    await expect(synthesise({ settings: { deployment: { ...deployment } } })).rejects.toThrow(
      /keyturn\.deployment\.alarms\./,
    );
  });
});

describe('the notices of keys in danger', () => {
  const patternOf = (template: Template) => resourcesOf(template, 'AWS::Events::Rule')[0]?.[1].Properties.EventPattern;

  it("are told at once, of this stack's own key and keyring, and of calls that were not refused", async () => {
    const template = await synthesise();
    const [[keyId] = ['']] = resourcesOf(template, 'AWS::KMS::Key').filter(([id]) => id.includes('CredentialsKey'));
    const [[secretId] = ['']] = resourcesOf(template, 'AWS::SecretsManager::Secret');

    expect(patternOf(template)).toMatchObject({
      source: ['aws.kms', 'aws.secretsmanager'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        errorCode: [{ exists: false }],
        $or: [
          {
            eventName: ['DisableKey', 'ScheduleKeyDeletion'],
            resources: { ARN: [{ 'Fn::GetAtt': [keyId, 'Arn'] }] },
          },
          {
            eventName: ['DeleteSecret', 'CancelRotateSecret'],
            requestParameters: { secretId: [{ Ref: secretId }, expect.anything()] },
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      State: 'ENABLED',
      Targets: [
        {
          Arn: template.findOutputs('AlarmTopicArn').AlarmTopicArn?.Value,
          InputTransformer: { InputTemplate: Match.stringLikeRegexp('docs/runbook\\.md#keys-in-danger') },
        },
      ],
    });
  });

  it("go to the operator's own topic where one is given, whose policy is the operator's", async () => {
    const arn = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const alarmTopic = Topic.fromTopicArn(new Stack(new App(), 'Elsewhere'), 'OnCall', arn);

    const template = await synthesise({ alarmTopic, settings: EVERY_ALARM });

    template.hasResourceProperties('AWS::Events::Rule', { Targets: [Match.objectLike({ Arn: arn })] });
    expect(JSON.stringify(resourcesOf(template, 'AWS::SNS::TopicPolicy'))).not.toContain('events.amazonaws.com');
  });
});

describe("the certificate of the API's name", () => {
  it('rings a month before its end, in the region where it is', async () => {
    const [here] = only(await synthesise({ settings: EVERY_ALARM }), 'certificate-ends');
    const [edge] = only(edgeTemplate(), 'certificate-ends');

    for (const [alarm, arn] of [
      [here, CERTIFICATE],
      [edge, CERTIFICATE.replace('eu-west-1', 'us-east-1')],
    ] as const) {
      expect(alarm?.properties).toMatchObject({
        Namespace: 'AWS/CertificateManager',
        MetricName: 'DaysToExpiry',
        ComparisonOperator: 'LessThanOrEqualToThreshold',
        Threshold: 30,
        TreatMissingData: 'ignore',
      });
      expect(alarm?.metrics[0]?.dimensions).toEqual({ CertificateArn: arn });
    }
  });

  it('is not looked for where the API has no name of its own', async () => {
    expect(only(await synthesise(), 'certificate-ends')).toEqual([]);
  });
});

describe('the alarms of the edge', () => {
  it('are told to a topic of their region, which mails the same address', () => {
    const template = edgeTemplate({ alarmEmail: 'on-call@bookshelf.example' });
    const topic = template.findOutputs('EdgeAlarmTopicArn').EdgeAlarmTopicArn?.Value;

    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'on-call@bookshelf.example',
      TopicArn: topic,
    });
    expect(alarmsOf(template).map(({ properties }) => properties.AlarmActions)).toEqual([[topic], [topic]]);
    expect(resourcesOf(edgeTemplate(), 'AWS::SNS::Subscription')).toEqual([]);
  });

  it("read the web ACL's own counts, which no other stack's are mixed with", () => {
    const template = edgeTemplate();
    const [[, acl] = [undefined, undefined]] = resourcesOf(template, 'AWS::WAFv2::WebACL');
    const WebACL = acl?.Properties.VisibilityConfig.MetricName;

    const [alarm] = only(template, 'edge-blocks');

    expect(WebACL).toBe('KeyturnEdge');
    expect(alarm?.metrics.map(({ dimensions }) => dimensions)).toEqual([
      { WebACL, Rule: 'ALL' },
      { WebACL, Rule: 'ALL' },
    ]);
  });

  it.each([
    { what: 'nothing', values: {}, goesOff: false },
    { what: 'a scanner', values: { blocked: 99, allowed: 1 }, goesOff: false },
    { what: 'some of many', values: { blocked: 400, allowed: 600 }, goesOff: false },
    { what: 'half', values: { blocked: 500, allowed: 500 }, goesOff: true },
    { what: 'everybody', values: { blocked: 100 }, goesOff: true },
  ])('ring where WAF blocks half of all requests: of $what — $goesOff', ({ values, goesOff }) => {
    const [alarm] = only(edgeTemplate(), 'edge-blocks');

    const offs = READINGS.map(
      (reading) => (evaluate(alarm?.expression ?? '', values, reading) ?? 0) >= (alarm?.threshold ?? 0),
    );
    expect(offs).toEqual([goesOff, goesOff]);
  });
});
