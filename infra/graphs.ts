import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { throttledByRoute } from './access-log.ts';
import { FIVE_MINUTES } from './alarms/alarm-row.ts';
import type { FlowFunction } from './constructs/flow-function.ts';
import { mappingMetric, serviceMetric, sesMetric, tableMetric, type View, type Watched } from './metrics.ts';

const WHOLE_ROW = 24;
const THIRD_OF_A_ROW = 8;

const sum = (label: string): View => ({ statistic: Stats.SUM, period: FIVE_MINUTES, label });
const maximum = (label: string): View => ({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES, label });

/** The 90th percentile of the time to send, in milliseconds. */
const delay = (namespace: string, channel: 'mail' | 'sms'): IMetric =>
  serviceMetric(namespace, 'DeliveryDelay', {
    dimensions: { channel },
    statistic: Stats.percentile(90),
    period: FIVE_MINUTES,
    label: `${channel}: delay p90`,
  });

/** One line for each value of a dimension, or of a list of them with commas, whichever values occur. */
const eachOf = (namespace: string, metricName: string, dimension: string): IMetric =>
  new MathExpression({
    expression: `SEARCH('{"${namespace}",${dimension}} MetricName="${metricName}"', 'Sum', ${FIVE_MINUTES.toSeconds()})`,
    label: '',
    period: FIVE_MINUTES,
  });

/** What the canary could not do, step by step, and its mails that did not arrive. */
const canaryMetrics = (namespace: string): IMetric[] => [
  serviceMetric(namespace, 'CanaryFailures', sum('canary kept out')),
  serviceMetric(namespace, 'CanaryMailFailures', sum('canary without its mail')),
  eachOf(namespace, 'CanaryStepFailures', 'step'),
];

/** The first graph: sign-ins and refusals on the left axis, delay of messages on the right. */
export const peopleGetIn = ({ namespace, api, canary }: Watched): GraphWidget =>
  new GraphWidget({
    title: 'Can people get in?',
    width: WHOLE_ROW,
    height: 8,
    left: [
      serviceMetric(namespace, 'SignIns', sum('signed in')),
      serviceMetric(namespace, 'SignInRefusals', sum('sign-in refused')),
      serviceMetric(namespace, 'Recoveries', sum('recovered')),
      serviceMetric(namespace, 'RateLimited', sum('told to wait')),
      api.metricServerError(sum('answered 5xx')),
      ...(canary ? canaryMetrics(namespace) : []),
    ],
    leftYAxis: { label: 'in 5 minutes', min: 0, showUnits: false },
    right: [delay(namespace, 'mail'), delay(namespace, 'sms')],
    rightYAxis: { label: 'ms', min: 0, showUnits: false },
  });

interface Graph {
  title: string;
  metrics: readonly IMetric[];
}

/** Divides the width evenly. */
const row = (graphs: readonly Graph[]): GraphWidget[] =>
  graphs.map(
    ({ title, metrics }) =>
      new GraphWidget({ title, left: [...metrics], leftYAxis: { min: 0 }, width: THIRD_OF_A_ROW, height: 6 }),
  );

const flowsRow = (flows: readonly FlowFunction[]): Graph[] => {
  const each = (look: (flow: FlowFunction, label: string) => IMetric) =>
    flows.map((flow) => look(flow, flow.contract.flow));
  return [
    { title: 'Calls', metrics: each(({ lambda }, label) => lambda.metricInvocations(sum(label))) },
    {
      title: 'Latency p99',
      metrics: each(({ lambda }, label) =>
        lambda.metricDuration({ statistic: Stats.percentile(99), period: FIVE_MINUTES, label }),
      ),
    },
    { title: 'Crashed or out of time', metrics: each(({ lambda }, label) => lambda.metricErrors(sum(label))) },
  ];
};

const gatewayRow = ({ namespace, api, flows, hasCaptchas }: Watched): Graph[] => [
  {
    title: 'Requests',
    metrics: [api.metricCount(sum('all')), api.metricClientError(sum('4xx')), api.metricServerError(sum('5xx'))],
  },
  {
    title: 'Server errors by flow',
    metrics: [eachOf(namespace, 'ServerErrors', 'flow'), eachOf(namespace, 'VersionErrors', 'flow,version')],
  },
  {
    title: 'Guessing, and calls refused',
    metrics: [
      serviceMetric(namespace, 'Lockouts', sum('codes for a locked factor')),
      serviceMetric(namespace, 'Undos', sum('changes undone by their owners')),
      serviceMetric(namespace, 'BreachChecksMissed', sum('passwords not looked up')),
      ...(hasCaptchas ? [serviceMetric(namespace, 'CaptchaChecksMissed', sum('captchas not verified'))] : []),
      ...flows.map(({ contract, lambda }) => lambda.metricThrottles(sum(`${contract.flow}: throttled`))),
    ],
  },
  {
    title: 'Refused by API Gateway, by route',
    metrics: [
      new MathExpression({
        expression: throttledByRoute(namespace, FIVE_MINUTES.toSeconds()),
        label: '',
        period: FIVE_MINUTES,
      }),
    ],
  },
];

const outboxRow = ({ namespace, flows, consumers, eventConsumers }: Watched): Graph[] => [
  {
    title: 'Age of the outbox',
    metrics: flows
      .filter(({ contract }) => contract.trigger === 'stream')
      .map(({ contract, lambda }) => lambda.metric('IteratorAge', maximum(contract.flow))),
  },
  {
    title: 'Outbox: rows read, and dropped',
    metrics: consumers.flatMap(({ readers }) =>
      readers.flatMap(({ channel, mapping }) => [
        mappingMetric(mapping, 'PolledEventCount', sum(`${channel}: read`)),
        mappingMetric(mapping, 'DroppedEventCount', sum(`${channel}: dropped`)),
      ]),
    ),
  },
  {
    title: 'Tries that failed, and dead letters',
    metrics: [
      eachOf(namespace, 'DeliveryFailures', 'channel'),
      serviceMetric(namespace, 'MailStopped', sum('mail not taken from us at all')),
      serviceMetric(namespace, 'DeadLetters', sum('given up')),
      ...consumers.map(({ deadLetters }) =>
        deadLetters.metricApproximateNumberOfMessagesVisible(maximum('dead letters waiting')),
      ),
      ...eventConsumers.map(({ contract: { flow }, deadLetters }) =>
        deadLetters.metricApproximateNumberOfMessagesVisible(maximum(`${flow}: dead letters waiting`)),
      ),
    ],
  },
  {
    title: 'Mail: what became of it, bounces and complaints',
    metrics: [
      eachOf(namespace, 'MailFeedback', 'fate'),
      serviceMetric(namespace, 'EmailsMarked', sum('addresses marked')),
      sesMetric('Reputation.BounceRate', maximum('bounced')),
      sesMetric('Reputation.ComplaintRate', maximum('called spam')),
    ],
  },
];

const moneyRow = ({ namespace }: Watched): Graph[] => [
  {
    title: "SMS: share of the day's budget, %",
    metrics: [serviceMetric(namespace, 'SmsBudgetUsed', maximum('spent'))],
  },
  { title: 'SMS: not sent, by rule', metrics: [eachOf(namespace, 'SmsRefused', 'reason')] },
  {
    title: 'SMS: spent this month in this account and region, USD',
    metrics: [
      new Metric({
        namespace: 'AWS/SNS',
        metricName: 'SMSMonthToDateSpentUSD',
        ...maximum('spent'),
        period: Duration.hours(1),
      }),
    ],
  },
];

const storeRow = ({ namespace, tables }: Watched): Graph[] => {
  const each = (metricName: string, what: string) =>
    Object.entries(tables).map(([name, table]) => tableMetric(table, metricName, sum(`${name}: ${what}`)));
  return [
    {
      title: 'Tables: capacity used',
      metrics: [...each('ConsumedReadCapacityUnits', 'read'), ...each('ConsumedWriteCapacityUnits', 'written')],
    },
    {
      title: 'Tables: refused, and out of reach',
      metrics: [
        ...each('ReadThrottleEvents', 'reads throttled'),
        ...each('WriteThrottleEvents', 'writes throttled'),
        serviceMetric(namespace, 'StoreUnavailable', sum('out of reach')),
      ],
    },
    {
      title: 'Keyring: rotations, and reads that failed',
      metrics: [
        eachOf(namespace, 'KeyringRotations', 'outcome'),
        serviceMetric(namespace, 'KeyringNotRead', sum('not read')),
      ],
    },
    { title: 'Keyring: age, ms', metrics: [serviceMetric(namespace, 'KeyringAge', maximum('since it was made'))] },
    {
      title: 'Accounts erased, and how far behind',
      metrics: [
        serviceMetric(namespace, 'Erasures', sum('erased')),
        serviceMetric(namespace, 'ErasureDelay', maximum('milliseconds since the oldest was due')),
      ],
    },
  ];
};

/** The graphs of each part of the service. */
export const graphRows = (watched: Watched): GraphWidget[][] =>
  [gatewayRow(watched), flowsRow(watched.flows), outboxRow(watched), moneyRow(watched), storeRow(watched)].map(row);
