/** A member of a parsed line, of which nothing is known yet. */
// biome-ignore lint/suspicious/noExplicitAny: what is checked may be anything
type Unknown = any;

/** One log line, parsed. */
export type ParsedLine = Record<string, Unknown>;

const SIZES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'];
const BITS = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];
/** CloudWatch's StandardUnit. */
const UNITS = new Set(
  [
    'Seconds Microseconds Milliseconds Percent Count None'.split(' '),
    SIZES,
    BITS,
    [...SIZES, ...BITS, 'Count'].map((unit) => `${unit}/Second`),
  ].flat(),
);

const MAX_METRICS = 100;
const MAX_DIMENSIONS = 30;
/** PutMetricData allows 255 characters; the schema of the format allows more, of which CloudWatch would store none. */
const MAX_NAME = 255;
const MAX_DIMENSION_NAME = 250;
const MAX_DIMENSION_VALUE = 1024;

const isText = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= maxLength;

const strangers = (value: object, known: readonly string[]): string[] =>
  Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => `${name} is not a member of the format`);

const dimensionFaults = (line: ParsedLine, sets: Unknown): string[] => {
  if (!Array.isArray(sets) || sets.length === 0) return ['Dimensions has no set'];
  return sets.flatMap((set: Unknown) => {
    if (!Array.isArray(set)) return ['a dimension set is no array'];
    if (set.length > MAX_DIMENSIONS) return ['a dimension set is too large'];
    return set.flatMap((name: Unknown) => {
      if (!isText(name, MAX_DIMENSION_NAME)) return ['the name of a dimension is invalid'];
      return isText(line[name], MAX_DIMENSION_VALUE) ? [] : [`dimension ${name} has no text on the root`];
    });
  });
};

const metricFaults = (line: ParsedLine, metrics: Unknown): string[] => {
  if (!Array.isArray(metrics) || metrics.length === 0) return ['Metrics is empty'];
  if (metrics.length > MAX_METRICS) return ['there are too many metrics'];
  return metrics.flatMap((metric: Unknown) => {
    const { Name, Unit } = metric;
    if (!isText(Name, MAX_NAME)) return ['the name of a metric is invalid'];
    return [
      ...strangers(metric, ['Name', 'Unit', 'StorageResolution']),
      ...(UNITS.has(Unit) ? [] : [`${Unit} is no unit`]),
      ...(Number.isFinite(line[Name]) ? [] : [`metric ${Name} has no number on the root`]),
    ];
  });
};

/**
 * What makes a log line unfit for CloudWatch to take metrics from; empty for a good one.
 *
 * @see CloudWatch, Embedded metric format specification, "Embedded metric format document schema"
 */
export const emfFaults = (line: ParsedLine): string[] => {
  const { _aws: metadata } = line;
  if (typeof metadata !== 'object' || metadata === null) return ['there is no _aws'];
  const { Timestamp, CloudWatchMetrics } = metadata;
  if (!Array.isArray(CloudWatchMetrics)) return ['CloudWatchMetrics is no array'];
  return [
    ...strangers(metadata, ['Timestamp', 'CloudWatchMetrics']),
    // Of 13 digits until the year 2286: seconds would be a time long ago, and CloudWatch drops what is older than two weeks.
    ...(Number.isInteger(Timestamp) && String(Timestamp).length === 13 ? [] : ['Timestamp is not in milliseconds']),
    ...CloudWatchMetrics.flatMap((directive: Unknown) => [
      ...strangers(directive, ['Namespace', 'Dimensions', 'Metrics']),
      ...(isText(directive.Namespace, MAX_NAME) ? [] : ['Namespace is invalid']),
      ...dimensionFaults(line, directive.Dimensions),
      ...metricFaults(line, directive.Metrics),
    ]),
  ];
};

/** The lines that carry a metric. @param lines as they were written */
export const metricLines = (lines: readonly string[]): ParsedLine[] =>
  lines.map((line) => JSON.parse(line) as ParsedLine).filter((line) => Object.hasOwn(line, '_aws'));

/** A metric as CloudWatch would take it from a line. */
export interface TakenMetric {
  namespace: string;
  name: string;
  unit: string;
  value: number;
  /** By name; one for each dimension set. */
  dimensions: Record<string, string>[];
}

/** Takes the metrics from a line as CloudWatch does. */
export const metricsIn = (line: ParsedLine): TakenMetric[] =>
  line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }: Unknown) =>
    Metrics.map(({ Name, Unit }: Unknown) => ({
      namespace: Namespace,
      name: Name,
      unit: Unit,
      value: line[Name],
      dimensions: Dimensions.map((set: string[]) => Object.fromEntries(set.map((name) => [name, line[name]]))),
    })),
  );
