import type { Architecture } from '../../shared/contract/architecture.ts';
import type { Deployed, Standing } from './compute-cost.ts';

interface Resource {
  Type: string;
  Properties?: {
    MemorySize?: number;
    Architectures?: Architecture[];
    Tags?: { Key: string; Value: string }[];
    Metrics?: unknown[];
  };
}

/** The parts of a CloudFormation template that are read here. */
export interface CloudFormationTemplate {
  Resources: Readonly<Record<string, Resource>>;
}

const FLOW_TAG = 'keyturn:flow';

/** Memory and processor of each flow's function in the template, by flow. */
export const functionsByFlow = ({
  Resources,
}: CloudFormationTemplate): Map<string, Pick<Deployed, 'memoryMiB' | 'architecture'>> =>
  new Map(
    Object.values(Resources).flatMap(
      ({ Type, Properties: { MemorySize: memoryMiB, Architectures = [], Tags } = {} }) => {
        const flow = Tags?.find(({ Key }) => Key === FLOW_TAG)?.Value;
        const [architecture] = Architectures;
        return Type === 'AWS::Lambda::Function' && flow !== undefined && memoryMiB !== undefined && architecture
          ? [[flow, { memoryMiB, architecture }] as const]
          : [];
      },
    ),
  );

/** A metric-math alarm is billed per input metric. @see CloudWatch pricing, "Alarms" */
const metricsOfAlarm = ({ Metrics }: NonNullable<Resource['Properties']>): number =>
  Math.max(1, (Metrics ?? []).filter((metric) => Object.hasOwn(metric as object, 'MetricStat')).length);

/** Counts standing resources in the template. @param customMetrics how many series of its own the service can write */
export const standingParts = ({ Resources }: CloudFormationTemplate, customMetrics: number): Standing => {
  const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  return {
    alarmMetrics: ofType('AWS::CloudWatch::Alarm').reduce(
      (sum, { Properties = {} }) => sum + metricsOfAlarm(Properties),
      0,
    ),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    keys: ofType('AWS::KMS::Key').length,
    secrets: ofType('AWS::SecretsManager::Secret').length,
    customMetrics,
  };
};
