import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { METRICS, type Metric } from '../../shared/observability/metrics.ts';
import { type Alarm, alarmsOf, evaluate } from '../support/alarms.ts';
import { synthesise } from '../support/synthesise.ts';

const contracts: readonly Contract[] = Object.values(manifest);
const NAMESPACE = 'Keyturn/Keyturn';
/** @see CloudWatch user guide, "Alarm data queries": a math expression used for an alarm */
const MOST_METRICS_OF_AN_ALARM = 10;
/** @see CloudWatch pricing, standard resolution */
const USD_PER_ALARM_METRIC = 0.1;
const MOST_USD_PER_MONTH = 20;
const OWN_TOPIC = 'arn:aws:sns:eu-central-1:123456789012:on-call';

describe('the alarms', () => {
  let template: Template;
  let alarms: Alarm[];
  const only = (anchor: string): Alarm[] => alarms.filter(({ description }) => description.endsWith(`#${anchor}`));
  /** Logical id and properties of a flow's function. */
  const functionOf = (flow: string) => {
    const Tags = Match.arrayWith([{ Key: 'keyturn:flow', Value: flow }]);
    return Object.entries(template.findResources('AWS::Lambda::Function', { Properties: { Tags } }))[0] ?? ['', {}];
  };
  const resultOf = ({ expression = '' }: Alarm, values: Record<string, number>) => evaluate(expression, values);

  beforeAll(async () => {
    template = await synthesise();
    alarms = alarmsOf(template);
  });

  it('all go to the topic that the stack tells of, and each says what silence means, which is a failure for the canary alone', () => {
    const topic = template.findOutputs('AlarmTopicArn').AlarmTopicArn?.Value;

    const faults = alarms.filter(
      ({ description, properties: { AlarmActions, TreatMissingData, ActionsEnabled } }) =>
        JSON.stringify(AlarmActions) !== JSON.stringify([topic]) ||
        !(/#canary(-mail)?$/.test(description) ? ['breaching'] : ['notBreaching', 'ignore']).includes(
          TreatMissingData,
        ) ||
        ActionsEnabled === false,
    );
    expect(alarms.length).toBeGreaterThan(contracts.length);
    expect(faults).toEqual([]);
  });

  /** @asvs 12.3.1 */
  it('can be published by CloudWatch on behalf of this account, and not without TLS', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [template.findOutputs('AlarmTopicArn').AlarmTopicArn?.Value],
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
          }),
        ],
      },
    });
  });

  it('are mailed to the address of the settings, and to nobody where there is none', async () => {
    const told = await synthesise({ settings: { deployment: { alarmEmail: 'on-call@bookshelf.example' } } });

    told.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'on-call@bookshelf.example',
      TopicArn: told.findOutputs('AlarmTopicArn').AlarmTopicArn?.Value,
    });
    expect(template.findResources('AWS::SNS::Subscription', { Properties: { Protocol: 'email' } })).toEqual({});
  });

  it("go to the operator's own topic where one is given", async () => {
    const alarmTopic = Topic.fromTopicArn(new Stack(new App(), 'Elsewhere'), 'OnCall', OWN_TOPIC);

    const given = alarmsOf(await synthesise({ alarmTopic }));

    expect(new Set(given.flatMap(({ properties }) => properties.AlarmActions))).toEqual(new Set([OWN_TOPIC]));
  });

  it('watch every flow that answers requests, by its own function and its own errors', () => {
    const watched = only('flow-errors').map(({ metrics }) => ({
      flow: metrics.find(({ name }) => name === 'ServerErrors')?.dimensions.flow ?? '',
      functions: metrics.flatMap(({ dimensions }) => dimensions.FunctionName ?? []),
    }));

    const flows = contracts.filter(({ trigger }) => trigger === 'http').map(({ flow }) => flow);
    expect(watched.map(({ flow }) => flow).toSorted()).toEqual(flows.toSorted());
    for (const { flow, functions } of watched) {
      const [logicalId] = functionOf(flow);
      expect([flow, functions]).toEqual([flow, [logicalId, logicalId]]);
    }
  });

  it('call a flow slow well before it runs out of time', () => {
    const timeouts = new Map(
      Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => [
        id,
        Properties.Timeout * 1000,
      ]),
    );

    const shares = only('flow-latency').map(({ threshold, metrics: [metric], properties }) => {
      expect(properties.ExtendedStatistic).toBe('p99');
      return threshold / (timeouts.get(metric?.dimensions.FunctionName ?? '') ?? Number.NaN);
    });
    expect(shares.length).toBeGreaterThanOrEqual(contracts.filter(({ trigger }) => trigger === 'http').length);
    expect(shares.filter((share) => !(share > 0 && share <= 0.5))).toEqual([]);
  });

  it.each([
    { what: 'two failures of two', values: { failed: 2, crashed: 0, calls: 2 }, goesOff: false },
    {
      what: 'three failures of a flow that is seldom used',
      values: { failed: 3, crashed: 0, calls: 4 },
      goesOff: true,
    },
    { what: 'crashes alone, of which no log line tells', values: { crashed: 3, calls: 3 }, goesOff: true },
    { what: 'crashes and answers together', values: { failed: 3, crashed: 2, calls: 100 }, goesOff: true },
    { what: 'a few failures of many', values: { failed: 49, crashed: 0, calls: 1000 }, goesOff: false },
    { what: 'one of twenty', values: { failed: 50, crashed: 0, calls: 1000 }, goesOff: true },
  ])('of failing requests: $what — goes off: $goesOff', ({ values, goesOff }) => {
    const offs = only('flow-errors').map((alarm) => resultOf(alarm, values) >= alarm.threshold);

    expect(new Set(offs)).toEqual(new Set([goesOff]));
  });

  it.each([
    { what: 'nothing is asked for', values: {}, goesOff: false },
    { what: 'messages are asked for and the consumer runs', values: { written: 9, calls: 3 }, goesOff: false },
    { what: 'messages are asked for and nothing runs', values: { written: 1 }, goesOff: true },
    { what: 'the consumer runs for an old message', values: { calls: 1 }, goesOff: false },
  ])('of an outbox that nobody empties: $what — goes off: $goesOff', ({ values, goesOff }) => {
    const [alarm] = only('outbox-asleep');

    expect(alarm && resultOf(alarm, values) >= alarm.threshold).toBe(goesOff);
  });

  it('watch the throttling of each table, though the other tables have nothing to tell', () => {
    const [alarm] = only('store-throttled');
    const tables = Object.keys(template.findResources('AWS::DynamoDB::GlobalTable'));

    const offs = alarm?.metrics.map(({ id }) => resultOf(alarm, { [id]: alarm.threshold }) >= alarm.threshold);

    expect(new Set(alarm?.metrics.map(({ dimensions }) => dimensions.TableName))).toEqual(new Set(tables));
    expect(new Set(offs)).toEqual(new Set([true]));
  });

  it('name only metrics that the service counts, by dimensions that it counts them by', () => {
    const known: Readonly<Record<string, Metric>> = METRICS;
    const own = alarms.flatMap(({ metrics }) => metrics).filter(({ namespace }) => namespace === NAMESPACE);

    const strangers = own.filter(({ name, dimensions }) => {
      const wanted = Object.keys(dimensions).toSorted().join();
      return !known[name]?.dimensionSets.some((set) => set.toSorted().join() === wanted);
    });
    expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(['Lockouts', 'StoreUnavailable']));
    expect(strangers).toEqual([]);
  });

  it('tell of SMS money at a half, at four fifths and at the end, and of mail where SES begins to', () => {
    const thresholds = (...anchors: string[]) => anchors.flatMap(only).map(({ threshold }) => threshold);

    expect(thresholds('sms-budget', 'sms-budget-used-up')).toEqual([50, 80, 100]);
    expect(thresholds('mail-bounces', 'mail-complaints')).toEqual([0.05, 0.001]);
  });

  it('tell of each queue of dead letters from the first one on, and of each rotation that fails', () => {
    const queues = Object.keys(template.findResources('AWS::SQS::Queue'));
    const rotators = contracts.filter(({ trigger }) => trigger === 'rotation').map(({ flow }) => functionOf(flow)[0]);

    expect(only('dead-letters').map(({ threshold }) => threshold)).toEqual(queues.map(() => 1));
    expect(only('rotation').map(({ metrics: [metric] }) => metric?.dimensions.FunctionName)).toEqual(rotators);
  });

  it('are such as CloudWatch takes, cost what is known, and have no names that a second stack would want too', () => {
    const counts = alarms.map(({ metrics }) => metrics.length);
    const usdPerMonth = counts.reduce((sum, count) => sum + count, 0) * USD_PER_ALARM_METRIC;

    expect(Math.max(...counts)).toBeLessThanOrEqual(MOST_METRICS_OF_AN_ALARM);
    expect(usdPerMonth).toBeLessThan(MOST_USD_PER_MONTH);
    expect(alarms.filter(({ properties }) => properties.AlarmName !== undefined)).toEqual([]);
  });
});
