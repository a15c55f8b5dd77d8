import type { LogEvent } from './log-events.ts';
import type { LogFields } from './log-fields.ts';

/**
 * The fields that may part a metric: each takes one of a few values that are written in this repository. Every value of a
 * dimension is a metric that is paid for and shown to whoever sees the dashboard, so that no id may be one.
 */
export type Dimension = Extract<keyof LogFields, 'flow' | 'channel' | 'reason' | 'outcome'>;

/** The value that a line gives; `null` where it gives none. */
type Measure = (fields: LogFields) => number | null;

/** What is counted or measured, and the events of the log that it is taken from. */
export interface Metric {
  /** Of CloudWatch's list. */
  readonly unit: 'Count' | 'Milliseconds' | 'Percent';
  /** Each set is shown of its own; the empty one is the whole service. */
  readonly dimensionSets: readonly (readonly Dimension[])[];
  /** By event: the value that a line gives, `null` where it gives none. */
  readonly from: { readonly [event in LogEvent]?: Measure };
}

const oneWhere =
  (holds: (fields: LogFields) => boolean) =>
  (fields: LogFields): number | null =>
    holds(fields) ? 1 : null;

const metALock = oneWhere(({ outcome }) => outcome === 'locked');
const succeeded = oneWhere(({ outcome }) => outcome === 'success');

/** Alike in whatever flow answers: a form of a hosted page is answered with a redirect, and only the error tells. */
const isServerError = ({ status = 0, error_name }: LogFields): boolean => status >= 500 || error_name !== undefined;
const isOutage = ({ status, error_name }: LogFields): boolean => status === 503 || error_name === 'StoreUnavailable';

const endsRotation = ({ step, outcome }: LogFields): boolean =>
  outcome === 'failed' || (step === 'finishSecret' && outcome === 'done');

/** Every metric of the service, by its name in CloudWatch: the one place where an event of the log becomes a number. */
export const METRICS = {
  /** Requests that failed through no fault of the caller. The whole service is for the alarm, the flow for who follows it. */
  ServerErrors: { unit: 'Count', dimensionSets: [[], ['flow']], from: { request: oneWhere(isServerError) } },
  /** Requests answered `unavailable`, and records that found DynamoDB out of reach. */
  StoreUnavailable: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { request: oneWhere(isOutage), 'record-failed': oneWhere(isOutage) },
  },
  /** Requests that a limit refused. */
  RateLimited: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { request: oneWhere(({ code }) => code === 'too-many-requests') },
  },
  /** Sessions begun with a password, and a code where one is wanted. */
  SignIns: { unit: 'Count', dimensionSets: [[]], from: { 'sign-in': succeeded } },
  /** Passwords and codes that began no session. */
  SignInRefusals: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { 'sign-in': oneWhere(({ outcome }) => outcome === 'failure') },
  },
  /** Codes and passwords that were not compared with a factor because it is locked, in whichever flow. */
  Lockouts: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { 'second-factor': metALock, reauthenticate: metALock },
  },
  /** Passwords set with a recovery token. */
  Recoveries: { unit: 'Count', dimensionSets: [[]], from: { 'password-reset': succeeded } },
  /** How long people waited until SES or SNS had their message. */
  DeliveryDelay: {
    unit: 'Milliseconds',
    dimensionSets: [['channel']],
    from: { 'intent-delivered': ({ outcome, delay_ms = null }) => (outcome === 'sent' ? delay_ms : null) },
  },
  /** Tries to send that failed, and messages given up as stale: when the stream stands still, those alone tell. */
  DeliveryFailures: {
    unit: 'Count',
    dimensionSets: [['channel']],
    from: {
      'intent-failed': () => 1,
      'intent-delivered': oneWhere(({ outcome }) => outcome === 'too-late'),
    },
  },
  /** Messages that were given up: each waits in the outbox for somebody who redrives it (docs/adr/0016). */
  DeadLetters: { unit: 'Count', dimensionSets: [[]], from: { 'dead-letter': () => 1 } },
  /** The stage of the day's budget that an SMS reached: 50, 80 or 100, each told once a day. */
  SmsBudgetUsed: { unit: 'Percent', dimensionSets: [[]], from: { 'sms-budget': ({ percent = null }) => percent } },
  /** SMS that a rule kept from being sent. */
  SmsRefused: { unit: 'Count', dimensionSets: [['reason']], from: { 'sms-refused': () => 1 } },
  /** Rotations of the keyring that were finished, and steps of one that failed: Secrets Manager tries those again. */
  KeyringRotations: { unit: 'Count', dimensionSets: [['outcome']], from: { 'rotation-step': oneWhere(endsRotation) } },
} as const satisfies Record<string, Metric>;

/** The name of a metric in CloudWatch. */
export type MetricName = keyof typeof METRICS;

type Source = { name: string; metric: Metric; measure: Measure };

/** The table by event, made once: an event that no metric is taken from costs one look-up. */
const sourcesOfEvent = new Map<string, Source[]>();
for (const [name, metric] of Object.entries<Metric>(METRICS)) {
  for (const [event, measure] of Object.entries(metric.from)) {
    sourcesOfEvent.set(event, [...(sourcesOfEvent.get(event) ?? []), { name, metric, measure }]);
  }
}

/** A line of the log as metrics are taken from it. */
export interface MetricLine {
  event: LogEvent;
  fields: LogFields;
  /** CloudWatch's, 1 to 255 characters. */
  namespace: string;
  nowMs: number;
}

/**
 * What makes a log line a metric as well: the member `_aws`, and one member for each value. CloudWatch reads them from the
 * log, so that no request waits for it, and none fails with it.
 *
 * @returns `null` for a line that no metric is taken from, or that lacks a dimension: one invalid part spoils the whole line
 * @see CloudWatch, Embedded metric format specification
 */
export const metricMembers = ({ event, fields, namespace, nowMs }: MetricLine): Record<string, unknown> | null => {
  const directives: object[] = [];
  const values: Record<string, number> = {};
  for (const { name, metric, measure } of sourcesOfEvent.get(event) ?? []) {
    const value = measure(fields);
    if (value === null || metric.dimensionSets.flat().some((dimension) => !fields[dimension])) continue;
    const Metrics = [{ Name: name, Unit: metric.unit }];
    directives.push({ Namespace: namespace, Dimensions: metric.dimensionSets, Metrics });
    values[name] = value;
  }
  return directives.length === 0 ? null : { ...values, _aws: { Timestamp: nowMs, CloudWatchMetrics: directives } };
};
