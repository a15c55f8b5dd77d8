import type { Template } from 'aws-cdk-lib/assertions';

/** A metric that an alarm reads. */
interface AlarmMetric {
  /** Its id in the expression; empty without one. */
  id: string;
  namespace: string;
  name: string;
  /** By name; a reference to a resource is its logical id. */
  dimensions: Readonly<Record<string, string>>;
}

/** An alarm of a template. */
export interface Alarm {
  logicalId: string;
  description: string;
  threshold: number;
  /** `undefined` for an alarm on a single metric. */
  expression: string | undefined;
  metrics: readonly AlarmMetric[];
  // biome-ignore lint/suspicious/noExplicitAny: the properties as CloudFormation takes them
  properties: any;
}

type Dimension = { Name: string; Value: string | { Ref: string } };
type Read = { Namespace: string; MetricName: string; Dimensions?: Dimension[] };
type Query = { Id: string; Expression?: string; MetricStat?: { Metric: Read } };

const readMetric = (id: string, { Namespace, MetricName, Dimensions = [] }: Read): AlarmMetric => ({
  id,
  namespace: Namespace,
  name: MetricName,
  dimensions: Object.fromEntries(
    Dimensions.map(({ Name, Value }) => [Name, typeof Value === 'string' ? Value : Value.Ref]),
  ),
});

/** The alarms of a template. */
export const alarmsOf = (template: Template): Alarm[] =>
  Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([logicalId, { Properties: properties }]) => {
    const queries: Query[] = properties.Metrics ?? [];
    return {
      logicalId,
      description: properties.AlarmDescription,
      threshold: properties.Threshold,
      expression: queries.find(({ Expression }) => Expression !== undefined)?.Expression,
      metrics: properties.MetricName
        ? [readMetric('', properties)]
        : queries.flatMap(({ Id, MetricStat }) => (MetricStat ? [readMetric(Id, MetricStat.Metric)] : [])),
      properties,
    };
  });
