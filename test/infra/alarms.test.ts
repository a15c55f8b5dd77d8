import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { isUnsafe } from '../../shared/contract/kept-answers.ts';
import { METRICS, type Metric } from '../../shared/observability/metrics.ts';
import { type Alarm, alarmsOf } from '../support/alarms.ts';
import { evaluate, READINGS } from '../support/metric-math.ts';
import { synthesise } from '../support/synthesise.ts';

const contracts: readonly Contract[] = Object.values(manifest);
const NAMESPACE = 'Keyturn/Keyturn';
/** @see CloudWatch user guide, "Alarm data queries": a math expression used for an alarm */
const MOST_METRICS_OF_AN_ALARM = 10;
/** @see CloudWatch pricing, standard resolution */
const USD_PER_ALARM_METRIC = 0.1;
const MOST_USD_PER_MONTH = 24;
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
  /** Whether alarms go off, in either reading of `FILL`. Without a point none does. @throws Error unless they agree */
  const goOff = (tried: readonly Alarm[], values: Record<string, number>): boolean => {
    const offs = tried.flatMap(({ expression = '', threshold }) =>
      READINGS.map((reading) => (evaluate(expression, values, reading) ?? 0) >= threshold),
    );
    const [first, ...others] = new Set(offs);
    if (first === undefined || others.length > 0) throw new Error('the alarms, or the readings, do not agree');
    return first;
  };

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
  it('can be published by CloudWatch and EventBridge on behalf of this account, and not without TLS', () => {
    const allowed = (Service: string) =>
      Match.objectLike({
        Effect: 'Allow',
        Principal: { Service },
        Action: 'sns:Publish',
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: { 'aws:SourceArn': Match.anyValue() },
        },
      });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [template.findOutputs('AlarmTopicArn').AlarmTopicArn?.Value],
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          allowed('cloudwatch.amazonaws.com'),
          allowed('events.amazonaws.com'),
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
    expect(goOff(only('flow-errors'), values)).toBe(goesOff);
  });

  it.each([
    { what: 'nothing is known', values: {}, goesOff: false },
    { what: 'nothing is asked for, and the reader looks', values: { polled: 0 }, goesOff: false },
    { what: 'messages are asked for and read', values: { written: 9, polled: 3 }, goesOff: false },
    { what: 'a flood is read', values: { written: 900_000, polled: 1 }, goesOff: false },
    { what: 'a message is asked for, and the reader was never there', values: { written: 1 }, goesOff: true },
    { what: 'a message is asked for, and the reader reads nothing', values: { written: 1, polled: 0 }, goesOff: true },
    { what: 'an old message is read', values: { polled: 1 }, goesOff: false },
  ])('of a channel that nobody reads: $what — goes off: $goesOff', ({ values, goesOff }) => {
    expect(goOff(only('outbox-asleep'), values)).toBe(goesOff);
  });

  it('watch each channel of the outbox by its own reader, which tells what it reads', () => {
    const readers = template.findResources('AWS::Lambda::EventSourceMapping');

    for (const anchor of ['outbox-asleep', 'outbox-dropped'])
      expect(
        only(anchor).map(({ metrics }) => metrics.find(({ namespace }) => namespace === 'AWS/Lambda')?.dimensions),
      ).toEqual(Object.keys(readers).map((EventSourceMappingUUID) => ({ EventSourceMappingUUID })));
    expect(Object.values(readers).map(({ Properties }) => Properties.MetricsConfig)).toEqual(
      Object.keys(readers).map(() => ({ Metrics: ['EventCount'] })),
    );
  });

  it.each([
    { what: 'a few cold starts of few requests', values: { slow: 4, requests: 20 }, goesOff: false },
    { what: 'slow requests among few', values: { slow: 5, requests: 20 }, goesOff: true },
    { what: 'slow requests that are few among many', values: { slow: 99, requests: 10_000 }, goesOff: false },
    { what: 'one of a hundred', values: { slow: 100, requests: 10_000 }, goesOff: true },
    { what: 'no request', values: {}, goesOff: false },
  ])('of slow answers: $what — goes off: $goesOff', ({ values, goesOff }) => {
    expect(goOff(only('api-latency'), values)).toBe(goesOff);
  });

  it.each([
    { what: 'no request', values: {}, goesOff: false },
    { what: 'one source that goes on', values: { limited: 99, requests: 99 }, goesOff: false },
    { what: 'many of many', values: { limited: 199, requests: 1000 }, goesOff: false },
    { what: 'a fifth', values: { limited: 200, requests: 1000 }, goesOff: true },
  ])('of requests that limits refuse: $what — goes off: $goesOff', ({ values, goesOff }) => {
    expect(goOff(only('rate-limited'), values)).toBe(goesOff);
  });

  it('watch every route that anybody may send to, each of which shuts people out when it is flooded', () => {
    const doors = contracts
      .filter((contract) => contract.trigger === 'http')
      .filter(({ caller }) => caller === 'anyone')
      .flatMap(({ routes }) => routes.filter(isUnsafe).map(({ method, path }) => `${method} ${path}`));

    const watched = only('requests-throttled').flatMap(({ metrics }) =>
      metrics.map(({ dimensions }) => dimensions.route ?? ''),
    );

    expect(watched.toSorted()).toEqual(doors.toSorted());
    for (const alarm of only('requests-throttled')) {
      const [first] = alarm.metrics;
      expect(goOff([alarm], { [first?.id ?? '']: alarm.threshold })).toBe(true);
      expect(goOff([alarm], { [first?.id ?? '']: alarm.threshold - 1 })).toBe(false);
      expect(goOff([alarm], {})).toBe(false);
    }
  });

  it('count what API Gateway refuses by itself, by route, from the log that it writes', () => {
    const [[, { Properties: counted }] = ['', { Properties: null }]] = Object.entries(
      template.findResources('AWS::Logs::MetricFilter'),
    );
    const [[, { Properties: stage }] = ['', { Properties: null }]] = Object.entries(
      template.findResources('AWS::ApiGatewayV2::Stage'),
    );
    const written = JSON.parse(stage.AccessLogSettings.Format);

    const [transformation] = counted.MetricTransformations;

    expect(counted.FilterPattern).toBe('{ ($.status = "429") && ($.integrationLatencyMs = "-") }');
    expect([written.status, written.integrationLatencyMs]).toEqual(['$context.status', '$context.integrationLatency']);
    expect(written.routeKey).toBe('$context.routeKey');
    expect(transformation).toMatchObject({
      MetricValue: '1',
      Dimensions: [{ Key: 'route', Value: '$.routeKey' }],
    });
    const read = only('requests-throttled').flatMap(({ metrics }) =>
      metrics.map(({ namespace, name }) => [namespace, name]),
    );
    expect(new Set(read.map(String))).toEqual(
      new Set([String([transformation.MetricNamespace, transformation.MetricName])]),
    );
  });

  it('watch the throttling of each table, though the other tables have nothing to tell', () => {
    const [alarm] = only('store-throttled');
    const tables = Object.keys(template.findResources('AWS::DynamoDB::GlobalTable'));

    const refused = alarm?.metrics.filter(({ name }) => name.endsWith('ThrottleEvents')) ?? [];

    expect(new Set(refused.map(({ dimensions }) => dimensions.TableName))).toEqual(new Set(tables));
    for (const { id } of refused) expect(alarm && goOff([alarm], { [id]: alarm.threshold })).toBe(true);
  });

  it('end when tables are throttled no more: a count that is always there keeps the alarm of them from standing still', () => {
    const [alarm] = only('store-throttled');
    const reads = alarm?.metrics.find(({ name }) => name === 'ConsumedReadCapacityUnits')?.id ?? '';

    const quiet = READINGS.map((reading) => evaluate(alarm?.expression ?? '', { [reads]: 40 }, reading));

    expect(quiet).toEqual([0, 0]);
  });

  it('wait with a percentile until there are enough calls for it', () => {
    const few = only('flow-latency').map(({ properties }) => properties.EvaluateLowSampleCountPercentile);

    expect(new Set(few)).toEqual(new Set(['ignore']));
  });

  it('tell of a keyring that is a week older than it may get', async () => {
    const days = (alarm: Alarm | undefined) => (alarm?.threshold ?? 0) / 86_400_000;
    const monthly = alarmsOf(await synthesise({ settings: { deployment: { keyRotationDays: 30 } } }));

    expect(days(only('keyring-age')[0])).toBe(97);
    expect(days(monthly.find(({ description }) => description.endsWith('#keyring-age')))).toBe(37);
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
