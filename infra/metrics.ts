import type { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { TableName } from '../shared/contract/contract.ts';
import { METRICS, type MetricName } from '../shared/observability/metrics.ts';
import type { Settings } from '../shared/settings/settings.ts';
import type { EventConsumer } from './constructs/event-consumer.ts';
import type { FlowFunction } from './constructs/flow-function.ts';
import type { OutboxConsumer } from './constructs/outbox-consumer.ts';
import type { ServiceBackups } from './constructs/service-backups.ts';
import type { SmsDeliveryLog } from './constructs/sms-delivery-log.ts';

/** What alarms and dashboard observe. */
export interface Watched {
  /** CloudWatch namespace of the service's own metrics. */
  namespace: string;
  /** The functions of all flows, in the order of the manifest. */
  flows: readonly FlowFunction[];
  tables: Readonly<Record<TableName, TableV2>>;
  consumers: readonly OutboxConsumer[];
  eventConsumers: readonly EventConsumer[];
  api: HttpApi;
  /** Whether captchas are enabled. */
  hasCaptchas: boolean;
  /** How often the canary runs, and whether it gets recovery mails, which it does not where captchas are always asked for; `null` where it is switched off. */
  canary: { everyMinutes: number; getsMail: boolean } | null;
  sms: Settings['sms'];
  /** What the AWS account may spend on SMS. */
  smsAccount: Settings['deployment']['sms'];
  /** `null` where SNS's log of SMS is not asked for. */
  smsDeliveryLog: SmsDeliveryLog | null;
  /** `null` where AWS Backup makes none. */
  backups: Pick<ServiceBackups, 'vault'> | null;
  /** Days after which the keyring gets new keys. */
  keyRotationDays: number;
  /** Hours without a request after which something is wrong; `null` where that says nothing. */
  quietHours: number | null;
  /** ACM's certificate of the API's own name, in the stack's region; `null` for none there. */
  certificateArn: string | null;
}

/** How a metric is aggregated and labelled. */
export interface View {
  /** CloudWatch's name: Sum, Maximum, p99. */
  statistic: string;
  period: Duration;
  /** Label in a graph; CloudWatch's default unless given. */
  label?: string;
}

/**
 * A metric that the service publishes (shared/observability/metrics.ts).
 *
 * @param dimensions none for the whole service
 * @throws Error where it isn't published with these dimensions: CloudWatch would find no data, and an alarm would never
 * go off
 */
export const serviceMetric = (
  namespace: string,
  metricName: MetricName,
  { dimensions = {}, ...view }: View & { dimensions?: Readonly<Record<string, string>> },
): Metric => {
  const names = Object.keys(dimensions).toSorted().join();
  const sets: readonly (readonly string[])[] = METRICS[metricName].dimensionSets;
  if (!sets.some((set) => set.toSorted().join() === names))
    throw new Error(`${metricName} is not counted by ${names || 'the whole service'}`);
  return new Metric({ namespace, metricName, dimensionsMap: { ...dimensions }, ...view });
};

/** A metric that DynamoDB counts by table. @see DynamoDB developer guide, "DynamoDB metrics and dimensions" */
export const tableMetric = ({ tableName }: TableV2, metricName: string, view: View): Metric =>
  new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName: tableName }, ...view });

/**
 * What an event source mapping read from its stream, or dropped. It exists for mappings with `metricsConfig` alone.
 * @see Lambda developer guide, "Event source mapping metrics"
 */
export const mappingMetric = (
  { eventSourceMappingId }: IEventSourceMapping,
  metricName: `${'Polled' | 'Dropped'}EventCount`,
  view: View,
): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { EventSourceMappingUUID: eventSourceMappingId },
    ...view,
  });

/** A reputation metric of SES. Its rates and limits count everything that the AWS account sends. */
export const sesMetric = (metricName: `Reputation.${'BounceRate' | 'ComplaintRate'}`, view: View): Metric =>
  new Metric({ namespace: 'AWS/SES', metricName, ...view });
