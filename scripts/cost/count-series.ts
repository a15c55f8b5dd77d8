import { MAIL_FATES } from '../../shared/contract/mail-fates.ts';
import type { Dimension, Metric } from '../../shared/observability/metrics.ts';

/** Number of values of a dimension. CloudWatch charges for each value as a series. */
const VALUES: Readonly<Record<Exclude<Dimension, 'flow' | 'version'>, number>> = {
  channel: 2, // mail, SMS
  reason: 6, // rules of shared/sms/sms-budget.ts
  outcome: 2, // done, failed
  fate: MAIL_FATES.length,
};

/**
 * Largest number of series that the service writes. Those of single flows are left out: they exist, and are charged,
 * only in hours in which the flow fails.
 */
export const countSeries = (metrics: Readonly<Record<string, Metric>>): number =>
  Object.values(metrics)
    .flatMap(({ dimensionSets }) => dimensionSets)
    .filter((dimensions) => !dimensions.includes('flow'))
    .reduce(
      (sum, dimensions) =>
        sum +
        dimensions.reduce((product, name) => product * (name === 'flow' || name === 'version' ? 1 : VALUES[name]), 1),
      0,
    );
