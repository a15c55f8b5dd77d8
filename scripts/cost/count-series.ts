import { MAIL_FATES } from '../../shared/contract/mail-fates.ts';
import type { Dimension, Metric } from '../../shared/observability/metrics.ts';

/** Dimensions that are written only in hours in which what they name fails. */
const OF_FAILURES = ['flow', 'version', 'step'] as const;
type OfFailures = (typeof OF_FAILURES)[number];

/** Number of values of a dimension. CloudWatch charges for each value as a series. */
const VALUES: Readonly<Record<Exclude<Dimension, OfFailures>, number>> = {
  channel: 2, // mail, SMS
  reason: 6, // rules of shared/sms/sms-budget.ts
  outcome: 2, // done, failed
  fate: MAIL_FATES.length,
};

const isOfFailures = (name: Dimension): name is OfFailures => (OF_FAILURES as readonly string[]).includes(name);

/**
 * Largest number of series that the service writes. Those of single flows, and of steps of the canary, are left out: they exist, and are
 * charged, only in hours in which the flow or the step fails.
 */
export const countSeries = (metrics: Readonly<Record<string, Metric>>): number =>
  Object.values(metrics)
    .flatMap(({ dimensionSets }) => dimensionSets)
    .filter((dimensions) => !dimensions.some(isOfFailures))
    .reduce(
      (sum, dimensions) =>
        sum + dimensions.reduce((product, name) => product * (isOfFailures(name) ? 1 : VALUES[name]), 1),
      0,
    );
