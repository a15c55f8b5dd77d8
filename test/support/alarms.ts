import { runInNewContext } from 'node:vm';
import type { Template } from 'aws-cdk-lib/assertions';

/** A metric that an alarm reads. */
interface AlarmMetric {
  /** As the expression calls it; empty where there is no expression. */
  id: string;
  namespace: string;
  name: string;
  /** By name; a reference to a resource is the resource's logical id. */
  dimensions: Readonly<Record<string, string>>;
}

/** An alarm of a template. */
export interface Alarm {
  logicalId: string;
  description: string;
  threshold: number;
  /** `undefined` where it reads one metric as it is. */
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

/** What an alarm's expression comes to. @param values by id; one that is left out has no data in the period */
export const evaluate = (expression: string, values: Readonly<Record<string, number>>): number => {
  const script = expression.replaceAll(' AND ', ' && ');
  const ids = [...script.matchAll(/\b[a-z]\w*/g)].map(([id]) => id);
  return runInNewContext(script.replaceAll('IF(', 'choose('), {
    choose: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
    FILL: (value: number | undefined, filler: number) => value ?? filler,
    ...Object.fromEntries(ids.map((id) => [id, values[id]])),
  });
};
