import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { countriesBySns } from '../../shared/settings/sms-origin.ts';
import { WANTED_ORIGINATORS } from '../../shared/settings/wanted-originators.ts';
import type { Watched } from '../metrics.ts';
import {
  type AlarmRow,
  inParts,
  METRICS_OF_AN_ALARM,
  ONCE,
  SILENCE_CHANGES_NOTHING,
  SILENCE_IS_GOOD,
} from './alarm-row.ts';

/** SMS that must be lost within an hour. Above what one phone that is off causes. */
const LEAST_LOST = 5;
/** Share of the SMS of an hour. Phones are off, and carriers answer late, or never: some loss is ordinary. */
const LOST_PERCENT = 20;

/** SMS that a country must get within six hours before its share counts. */
const LEAST_SENT = 10;
/** A country where half is lost has no originator, or a carrier that filters it. */
const LEAST_ARRIVED_SHARE = 0.5;

/** Each country has two metrics. */
const COUNTRIES_PER_ALARM = METRICS_OF_AN_ALARM / 2;

/** Left for an operator to ask for more: a case at AWS takes a day or two. */
const SPENT_SHARE = 0.8;

/** SMS that carriers or phones must refuse within an hour. */
const LEAST_BLOCKED = 5;

const HOUR = Duration.hours(1);
const SIX_HOURS = Duration.hours(6);

/** All SMS that the AWS account sends to numbers in the region. @see SNS developer guide, "Amazon SNS metrics"; the console lists them by PhoneNumber */
const direct = (metricName: 'NumberOfNotificationsFailed' | 'NumberOfNotificationsDelivered'): Metric =>
  new Metric({
    namespace: 'AWS/SNS',
    metricName,
    dimensionsMap: { PhoneNumber: 'PhoneNumberDirect' },
    statistic: Stats.SUM,
    period: HOUR,
  });

const undelivered = (): AlarmRow => ({
  id: 'sms-undelivered',
  runbook: 'sms-undelivered',
  metric: new MathExpression({
    expression: `IF(FILL(lost, 0) >= ${LEAST_LOST}, 100 * FILL(lost, 0) / (FILL(lost, 0) + FILL(arrived, 0)), 0)`,
    usingMetrics: {
      lost: direct('NumberOfNotificationsFailed'),
      arrived: direct('NumberOfNotificationsDelivered'),
    },
    period: HOUR,
  }),
  threshold: LOST_PERCENT,
  periods: ONCE,
  missing: SILENCE_IS_GOOD,
  means: `${LOST_PERCENT} % of the SMS that SNS took did not arrive.`,
});

/** Each SMS to a country, 1 where it arrived and 0 where not. @see SNS developer guide, "Dimensions for Amazon SNS metrics": Country, SMSType */
const arrivals = (Country: string, statistic: string): Metric =>
  new Metric({
    namespace: 'AWS/SNS',
    metricName: 'SMSSuccessRate',
    dimensionsMap: { Country, SMSType: 'Transactional' },
    statistic,
    period: SIX_HOURS,
  });

/**
 * One alarm for a few countries: in the whole of all SMS, a small country where nothing arrives would not be seen. They are those where SMS
 * without a registered originator are dropped; each metric of an alarm is paid for.
 */
const undeliveredIn = (countries: readonly string[], index: number): AlarmRow => {
  const usingMetrics: Record<string, IMetric> = {};
  const parts = countries.map((country, place) => {
    const [sent, arrived] = [`sent${place}`, `arrived${place}`];
    usingMetrics[sent] = arrivals(country, Stats.SAMPLE_COUNT);
    usingMetrics[arrived] = arrivals(country, Stats.SUM);
    return `IF(FILL(${sent}, 0) >= ${LEAST_SENT} AND FILL(${arrived}, 0) < ${LEAST_ARRIVED_SHARE} * FILL(${sent}, 0), 1, 0)`;
  });
  return {
    id: `sms-country-undelivered-${index + 1}`,
    runbook: 'sms-country-undelivered',
    metric: new MathExpression({ expression: parts.join(' + '), usingMetrics, period: SIX_HOURS }),
    threshold: 1,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: `More than half of the SMS to one of ${countries.join(', ')} did not arrive.`,
  };
};

/** A month's sum, which grows until the month ends, and is told with each SMS. */
const limitRow = (id: string, who: string, limitUsd: number, metric: Metric): AlarmRow => ({
  id,
  runbook: 'sms-monthly-limit',
  metric,
  threshold: SPENT_SHARE * limitUsd,
  periods: ONCE,
  missing: SILENCE_CHANGES_NOTHING,
  means: `${who} has spent ${100 * SPENT_SHARE} % of what it may this month in this account and region, ${limitUsd} US dollars: at its limit it sends nothing more.`,
});

const limits = ({ sms, smsAccount }: Watched): AlarmRow[] => {
  const spent = (namespace: string, metricName: string) =>
    new Metric({ namespace, metricName, statistic: Stats.MAXIMUM, period: HOUR });
  const ofSns = limitRow(
    'sms-monthly-limit',
    'SNS',
    smsAccount.monthlyLimitUsd,
    spent('AWS/SNS', 'SMSMonthToDateSpentUSD'),
  );
  if (sms.channel === 'sns') return [ofSns];
  // @see End User Messaging user guide, "Monitoring" of Notify
  const ofNotify = limitRow(
    'notify-monthly-limit',
    'Notify',
    smsAccount.notifyMonthlyLimitUsd,
    spent('AWS/SMSVoice', 'NotifyMessageMonthlySpend'),
  );
  return [ofSns, ofNotify];
};

/** By SNS's own log, where it is on. */
const logged = ({ smsDeliveryLog: log }: Watched): AlarmRow[] => {
  if (log === null) return [];
  const view = { statistic: Stats.SUM, period: HOUR };
  const row = { periods: ONCE, missing: SILENCE_IS_GOOD };
  return [
    {
      ...row,
      id: 'sms-blocked',
      runbook: 'sms-blocked',
      metric: log.metric('blocked', view),
      threshold: LEAST_BLOCKED,
      means: 'Carriers or phones refuse SMS as spam, or block their sender.',
    },
    {
      ...row,
      id: 'sms-account-refused',
      runbook: 'sms-account-refused',
      metric: log.metric('account', view),
      threshold: 1,
      means: 'SNS drops SMS, because the account is in the sandbox or at its limit.',
    },
  ];
};

/** What became of SMS that were handed over, and what the AWS account may still spend; none where no SMS are sent. */
export const smsAlarms = (watched: Watched): AlarmRow[] => {
  const { sms } = watched;
  if (sms.dailyBudgetUsd === 0) return [];
  const bySns = countriesBySns(sms);
  return [
    ...(bySns.length === 0 ? [] : [undelivered()]),
    ...inParts(bySns.filter((country) => country in WANTED_ORIGINATORS).toSorted(), COUNTRIES_PER_ALARM).map(
      undeliveredIn,
    ),
    ...limits(watched),
    ...logged(watched),
  ];
};
