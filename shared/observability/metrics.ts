import type { LogEvent } from './log-events.ts';
import type { LogFields } from './log-fields.ts';

/**
 * Fields that may be dimensions of a metric: each has a few values, fixed in this repository, or is the version, which a
 * deployment adds. CloudWatch charges for every value and shows it on dashboards, so ids can't be dimensions.
 */
export type Dimension = Extract<
  keyof LogFields,
  'flow' | 'version' | 'channel' | 'reason' | 'outcome' | 'fate' | 'step'
>;

/** The value that a line gives; `null` where it gives none. */
type Measure = (fields: LogFields) => number | null;

/** A metric, and the log events that it is taken from. */
export interface Metric {
  /** From CloudWatch's list. */
  readonly unit: 'Count' | 'Milliseconds' | 'Percent';
  /** Each set is published separately; the empty one is the whole service. */
  readonly dimensionSets: readonly (readonly Dimension[])[];
  /** By event: the value of a line, `null` for none. */
  readonly from: { readonly [event in LogEvent]?: Measure };
}

const oneWhere =
  (holds: (fields: LogFields) => boolean) =>
  (fields: LogFields): number | null =>
    holds(fields) ? 1 : null;

const metALock = oneWhere(({ outcome }) => outcome === 'locked');
const succeeded = oneWhere(({ outcome }) => outcome === 'success');

/** Hosted pages answer forms with a redirect even on failure, so `error_name` counts beside the status. */
const isServerError = ({ status = 0, error_name }: LogFields): boolean => status >= 500 || error_name !== undefined;
const isOutage = ({ status, error_name }: LogFields): boolean => status === 503 || error_name === 'StoreUnavailable';

/** 0 and 1, so that silence is told from success. */
const failures = ({ outcome }: LogFields): number => (outcome === 'success' ? 0 : 1);

const isMissed = ({ outcome }: LogFields): boolean => outcome === 'failed' || outcome === 'skipped';

/**
 * Errors of what can't get the keyring, by name:
 *
 * - `KeyringNotReady`: the secret waits for its first rotation
 * - `KeyringBroken`: what is stored is no keyring
 * - `KeyringOutdated`: the one at hand lacks a key, and it can't be read again
 * - `SecretUnavailable`, `SecretRefused`: Secrets Manager gives no answer, or refuses
 */
const KEYRING_FAILURES: readonly string[] = [
  'KeyringNotReady',
  'KeyringBroken',
  'KeyringOutdated',
  'SecretUnavailable',
  'SecretRefused',
];

const isOfKeyring = ({ error_name = '' }: LogFields): boolean => KEYRING_FAILURES.includes(error_name);

const endsRotation = ({ step, outcome }: LogFields): boolean =>
  outcome === 'failed' || (step === 'finishSecret' && outcome === 'done');

/** Every metric of the service, by its name in CloudWatch. */
export const METRICS = {
  /** Requests that failed by the service's fault. The total is for the alarm, the flow for the search. */
  ServerErrors: { unit: 'Count', dimensionSets: [[], ['flow']], from: { request: oneWhere(isServerError) } },
  /** The same by the version that failed, for a deployment to know the new one's. Only failures are counted, so few versions have it. */
  VersionErrors: { unit: 'Count', dimensionSets: [['flow', 'version']], from: { request: oneWhere(isServerError) } },
  /** Requests answered `unavailable`, and stream records that failed because DynamoDB was unreachable. */
  StoreUnavailable: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { request: oneWhere(isOutage), 'record-failed': oneWhere(isOutage) },
  },
  /** Requests refused by a limit. */
  RateLimited: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { request: oneWhere(({ code }) => code === 'too-many-requests') },
  },
  /** Sessions that began with a password, and a code where required. */
  SignIns: { unit: 'Count', dimensionSets: [[]], from: { 'sign-in': succeeded } },
  /** Passwords and codes that were refused at sign-in. */
  SignInRefusals: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { 'sign-in': oneWhere(({ outcome }) => outcome === 'failure') },
  },
  /** Codes and passwords that were refused unchecked because the factor is locked, in any flow. */
  Lockouts: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { 'second-factor': metALock, reauthenticate: metALock },
  },
  /** Passwords set with a recovery token. */
  Recoveries: { unit: 'Count', dimensionSets: [[]], from: { 'password-reset': succeeded } },
  /** Changes that owners undid: each was an intruder's, or their own mistake. */
  Undos: { unit: 'Count', dimensionSets: [[]], from: { 'change-undone': succeeded } },
  /** Accounts that were erased. */
  Erasures: { unit: 'Count', dimensionSets: [[]], from: { 'account-erased': succeeded } },
  /** At the end of a run: for how long the account that is due first has been so; 0 where none is left. */
  ErasureDelay: {
    unit: 'Milliseconds',
    dimensionSets: [[]],
    from: { 'erasure-run': ({ delay_ms = null }) => delay_ms },
  },
  /** Passwords judged by the local list alone, because the service that knows of breaches was down or left alone. */
  BreachChecksMissed: { unit: 'Count', dimensionSets: [[]], from: { 'breach-check': () => 1 } },
  /** Requests counted without a captcha's verdict, because the provider was down or left alone, or the secret is wrong. */
  CaptchaChecksMissed: { unit: 'Count', dimensionSets: [[]], from: { 'captcha-check': oneWhere(isMissed) } },
  /** Time until SES or SNS accepted a message. */
  DeliveryDelay: {
    unit: 'Milliseconds',
    dimensionSets: [['channel']],
    from: { 'intent-delivered': ({ outcome, delay_ms = null }) => (outcome === 'sent' ? delay_ms : null) },
  },
  /** Failed attempts to send, and messages given up as stale; while a stream is stopped, only the latter occur. */
  DeliveryFailures: {
    unit: 'Count',
    dimensionSets: [['channel']],
    from: {
      'intent-failed': () => 1,
      'intent-delivered': oneWhere(({ outcome }) => outcome === 'too-late'),
    },
  },
  /** Attempts to send at which SES takes no mail of ours at all: it has stopped the account, or still has it in the sandbox. */
  MailStopped: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { 'intent-failed': oneWhere(({ outcome }) => outcome === 'stopped') },
  },
  /** Messages that were given up; each stays in the outbox until an operator redrives it (docs/adr/0016). */
  DeadLetters: { unit: 'Count', dimensionSets: [[]], from: { 'dead-letter': () => 1 } },
  /** What SES told of sent mail, by its kind (shared/contract/mail-fates.ts). */
  MailFeedback: { unit: 'Count', dimensionSets: [['fate']], from: { 'mail-feedback': () => 1 } },
  /** Addresses of accounts that were marked, because mail does not reach them. */
  EmailsMarked: { unit: 'Count', dimensionSets: [[]], from: { 'email-undeliverable': succeeded } },
  /** Stage of the day's budget that an SMS reached: 50, 80 or 100, each reported once a day. */
  SmsBudgetUsed: { unit: 'Percent', dimensionSets: [[]], from: { 'sms-budget': ({ percent = null }) => percent } },
  /** SMS refused by a rule. */
  SmsRefused: { unit: 'Count', dimensionSets: [['reason']], from: { 'sms-refused': () => 1 } },
  /** Of each run of the canary: 1 where a step failed, 0 where none did. */
  CanaryFailures: { unit: 'Count', dimensionSets: [[]], from: { 'canary-run': failures } },
  /** Steps of the canary that failed (shared/contract/canary.ts). */
  CanaryStepFailures: {
    unit: 'Count',
    dimensionSets: [['step']],
    from: { 'canary-step': oneWhere(({ outcome }) => outcome === 'failure') },
  },
  /** Of each recovery mail to the canary that SES told of: 0 where it was delivered, 1 where it was not. */
  CanaryMailFailures: { unit: 'Count', dimensionSets: [[]], from: { 'canary-mail': failures } },
  /** Reads of the keyring that failed, and runs and records that failed for want of it. */
  KeyringNotRead: {
    unit: 'Count',
    dimensionSets: [[]],
    from: { 'keyring-not-read': () => 1, 'run-failed': oneWhere(isOfKeyring), 'record-failed': oneWhere(isOfKeyring) },
  },
  /** Told once an hour: the time since the keyring in use was made. */
  KeyringAge: { unit: 'Milliseconds', dimensionSets: [[]], from: { 'keyring-age': ({ age_ms = null }) => age_ms } },
  /** Finished rotations of the keyring, and failed steps, which Secrets Manager retries. */
  KeyringRotations: { unit: 'Count', dimensionSets: [['outcome']], from: { 'rotation-step': oneWhere(endsRotation) } },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

type Source = { name: string; metric: Metric; measure: Measure };

/** Metrics by event, made once, so that an event without metrics costs one look-up. */
const sourcesOfEvent = new Map<string, Source[]>();
for (const [name, metric] of Object.entries<Metric>(METRICS)) {
  for (const [event, measure] of Object.entries(metric.from)) {
    sourcesOfEvent.set(event, [...(sourcesOfEvent.get(event) ?? []), { name, metric, measure }]);
  }
}

/** A log line as a source of metrics. */
export interface MetricLine {
  event: LogEvent;
  fields: LogFields;
  /** CloudWatch namespace, 1 to 255 characters. */
  namespace: string;
  nowMs: number;
}

/**
 * The members that make a log line a metric: `_aws`, and one for each value. CloudWatch reads them from the log, so no
 * request waits for it or fails with it.
 *
 * @returns `null` for a line without a metric, or without a dimension's value: one invalid part makes CloudWatch ignore
 * the whole line
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
