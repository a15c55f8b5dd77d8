import type { Dimension, Metric } from '../../shared/observability/metrics.ts';

/** How many values a dimension takes; of each CloudWatch makes a series that is paid for. */
const VALUES: Readonly<Record<Exclude<Dimension, 'flow'>, number>> = {
  channel: 2, // mail, SMS
  reason: 5, // the rules of shared/sms/sms-budget.ts
  outcome: 2, // done, failed
};

/**
 * How many series the service writes when all that it counts happens. Those of a flow are left out: they are written in the hours
 * in which that flow fails, and paid for in those alone.
 */
export const countSeries = (metrics: Readonly<Record<string, Metric>>): number =>
  Object.values(metrics)
    .flatMap(({ dimensionSets }) => dimensionSets)
    .filter((dimensions) => !dimensions.includes('flow'))
    .reduce(
      (sum, dimensions) =>
        sum + dimensions.reduce((product, name) => product * (name === 'flow' ? 1 : VALUES[name]), 1),
      0,
    );
