import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MailFate } from '../../shared/contract/mail-fates.ts';
import { serviceMetric, sesMetric, type Watched } from '../metrics.ts';
import { type AlarmRow, FIVE_MINUTES, ONCE, SILENCE_CHANGES_NOTHING, SILENCE_IS_GOOD } from './alarm-row.ts';

/**
 * SES reviews an account from this rate on and pauses it at twice (bounces) or five times (complaints) as much.
 * @see SES, "Reputation metrics messages"
 */
const BOUNCE_RATE = 0.05;
const COMPLAINT_RATE = 0.001;

const SMS_BUDGET_STAGES_PERCENT = [50, 80, 100] as const;

const reputationAlarms = (): AlarmRow[] => {
  const view = { statistic: Stats.AVERAGE, period: Duration.hours(1) };
  const row = { periods: ONCE, missing: SILENCE_CHANGES_NOTHING };
  return [
    {
      ...row,
      id: 'mail-bounces',
      runbook: 'mail-bounces',
      metric: sesMetric('Reputation.BounceRate', view),
      threshold: BOUNCE_RATE,
      means: 'So much mail bounces that SES reviews the account, and may stop it.',
    },
    {
      ...row,
      id: 'mail-complaints',
      runbook: 'mail-complaints',
      metric: sesMetric('Reputation.ComplaintRate', view),
      threshold: COMPLAINT_RATE,
      means: 'So many people call the mail spam that SES reviews the account, and may stop it.',
    },
  ];
};

const smsBudgetAlarms = ({ namespace }: Watched): AlarmRow[] =>
  // Each stage is reported once a day as one data point, so its alarm ends by itself. A higher stage sets off the lower
  // alarms too.
  SMS_BUDGET_STAGES_PERCENT.map((percent) => ({
    id: `sms-budget-${percent}`,
    runbook: percent === 100 ? 'sms-budget-used-up' : 'sms-budget',
    metric: serviceMetric(namespace, 'SmsBudgetUsed', { statistic: Stats.MAXIMUM, period: FIVE_MINUTES }),
    threshold: percent,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: `${percent} % of today's budget for SMS is spent.`,
  }));

/** Mails that must be lost within an hour. Above what one mailbox causes. */
const LEAST_LOST = 5;
/** Share of the mails of an hour. Those of a service whose addresses are all proven are delivered, but for the few that moved or are full. */
const LOST_PERCENT = 10;

/**
 * Mail that SES took and mailboxes did not: SES's own rates count neither what it drops for its list nor what mailboxes refuse for now, and are
 * of the whole AWS account.
 */
const lostMailAlarm = ({ namespace }: Watched): AlarmRow => {
  const told = (fate: MailFate) =>
    serviceMetric(namespace, 'MailFeedback', {
      dimensions: { fate },
      statistic: Stats.SUM,
      period: Duration.hours(1),
    });
  const lost = '(FILL(refused, 0) + FILL(late, 0) + FILL(dropped, 0) + FILL(rejected, 0))';
  return {
    id: 'mail-lost',
    runbook: 'mail-lost',
    metric: new MathExpression({
      expression: `IF(${lost} >= ${LEAST_LOST}, 100 * ${lost} / (${lost} + FILL(delivered, 0)), 0)`,
      usingMetrics: {
        refused: told('bounced'),
        late: told('bounced-for-now'),
        dropped: told('suppressed'),
        rejected: told('rejected'),
        delivered: told('delivered'),
      },
      period: Duration.hours(1),
    }),
    threshold: LOST_PERCENT,
    periods: ONCE,
    missing: SILENCE_IS_GOOD,
    means: `${LOST_PERCENT} % of the mail does not arrive: mailboxes refuse it, or SES drops it.`,
  };
};

/** The first mail that meets it tells: the next one meets it too. */
const stoppedAlarm = ({ namespace }: Watched): AlarmRow => ({
  id: 'mail-stopped',
  runbook: 'mail-stopped',
  metric: serviceMetric(namespace, 'MailStopped', { statistic: Stats.SUM, period: FIVE_MINUTES }),
  threshold: 1,
  periods: ONCE,
  missing: SILENCE_IS_GOOD,
  means: 'SES takes no mail: the account is paused or in the sandbox, or the sender is not verified.',
});

/** The budget for SMS, reputation with SES, and mail that is lost or that SES does not take. */
export const sendingAlarms = (watched: Watched): AlarmRow[] => [
  ...smsBudgetAlarms(watched),
  ...reputationAlarms(),
  lostMailAlarm(watched),
  stoppedAlarm(watched),
];
