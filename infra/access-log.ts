import { Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { View } from './metrics.ts';

/** Fields of the API's access log. No body, query string or header: they can hold tokens. */
export const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
} as const;

type Field = keyof typeof ACCESS_LOG_FIELDS;

const field = (name: Field): string => `$.${name}`;

/** As API Gateway writes a variable that has no value, such as the time of a function that was not called. */
const NO_VALUE = '-';

/**
 * Requests that API Gateway refused by the throttle of a route, which holds for all callers together. The service's own 429 are for a source or
 * an account, come from a function, and are in `RateLimited`.
 *
 * @see CloudWatch Logs user guide, "Filter pattern syntax": values of the log are texts, numbers too
 */
const THROTTLED = `{ (${field('status')} = "429") && (${field('integrationLatencyMs')} = "${NO_VALUE}") }`;

const METRIC_NAME = 'RequestsThrottled';
const ROUTE = 'route';

/** Apart from the metrics that functions write (shared/observability/metrics.ts). */
const namespaceOf = (namespace: string): string => `${namespace}/AccessLog`;

/**
 * Counts throttled requests by route. CloudWatch charges a route's series only for hours in which there are some.
 *
 * @param namespace of the service's own metrics
 */
export const countThrottled = (
  scope: Construct,
  { accessLog, namespace }: { accessLog: ILogGroup; namespace: string },
): MetricFilter =>
  new MetricFilter(scope, 'Throttled', {
    logGroup: accessLog,
    filterPattern: FilterPattern.literal(THROTTLED),
    metricNamespace: namespaceOf(namespace),
    metricName: METRIC_NAME,
    metricValue: '1',
    unit: Unit.COUNT,
    dimensions: { [ROUTE]: field('routeKey') },
  });

/** Throttled requests of a route. @param routeKey as API Gateway writes it: `POST /sessions` */
export const throttledMetric = (namespace: string, routeKey: string, view: View): Metric =>
  new Metric({
    namespace: namespaceOf(namespace),
    metricName: METRIC_NAME,
    dimensionsMap: { [ROUTE]: routeKey },
    ...view,
  });

/** Search expression of a graph with a line for each route that throttles. @param periodSeconds of its points */
export const throttledByRoute = (namespace: string, periodSeconds: number): string =>
  `SEARCH('{"${namespaceOf(namespace)}",${ROUTE}} MetricName="${METRIC_NAME}"', 'Sum', ${periodSeconds})`;
