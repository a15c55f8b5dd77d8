import { DYNAMODB_ERRORS, MAIL_STOPS } from '../../shared/aws/aws-errors.ts';
import { errorName } from '../../shared/primitives/error-name.ts';
import { MailNotSent } from './mail/mail-not-sent.ts';
import { isRefusedForGood } from './refused-for-good.ts';
import { SmsNotSent } from './sms/sms-not-sent.ts';

/**
 * Attempts after an error in our own code. Its cause may be the row, which would block all rows behind it, or may pass,
 * so one attempt is too few.
 *
 * @see AWS Lambda Developer Guide, "Process DynamoDB records with Lambda": a failing record blocks its shard
 */
export const OWN_FAULT_ATTEMPTS = 5;

/** Names of errors of the services we use, beside those that the AWS SDK marks as such. */
const OF_A_SERVICE: ReadonlySet<string> = new Set([
  'MailNotSent',
  'SmsNotSent',
  'SuppressionsUnavailable',
  'StoreUnavailable',
  'DeadLetterNotKept',
  // Another delivery is sending a mail for the same account, and ends within its lease.
  'TokenMailUnderWay',
  // A row of the release that is being deployed; the new version of this function will read it.
  'UnknownRowVersion',
  'SecretUnavailable',
  'SecretRefused',
  'KeyringNotReady',
  'KeyringOutdated',
  'KeyringBroken',
]);

/** Whether our own code failed: every service and key was available, so a retry may fail too. */
export const isOwnFault = (error: unknown): boolean => {
  const name = errorName(error);
  if (OF_A_SERVICE.has(name)) return false;
  const isOfSdk = error instanceof Error && '$fault' in error;
  return !isOfSdk || DYNAMODB_ERRORS[name] === 'invalid'; // an invalid request: reported by a service, but caused by us
};

/** Name of the failure: SES's or SNS's error, otherwise the error's class. */
export const failureName = (error: unknown): string =>
  error instanceof MailNotSent || error instanceof SmsNotSent ? error.message : errorName(error);

/** Whether SES takes no mail of ours at all: the next one fails in the same way. */
export const stopsAllMail = (error: unknown): boolean =>
  error instanceof MailNotSent && (MAIL_STOPS as readonly string[]).includes(error.message);

/** A failed attempt. */
export interface FailedTry {
  error: unknown;
  /** Earlier attempts that failed by our own fault. Outages don't count, because they say nothing about the message. */
  ownFaults: number;
  /** Milliseconds since the first attempt was due. */
  triedForMs: number;
  /** Seconds for which an intent is retried at most (settings: messages.retrySeconds). */
  retrySeconds: number;
}

/**
 * Decides whether to give a message up. A stream's shard is processed in order, so a retried record blocks those behind
 * it: right while the service is down for all, a denial of service when a single address fails.
 *
 * @returns the name of the failure; `null` where it is to be retried
 */
export const whyGivenUp = ({ error, ownFaults, triedForMs, retrySeconds }: FailedTry): string | null => {
  const isOver =
    isRefusedForGood(error) ||
    (isOwnFault(error) && ownFaults + 1 >= OWN_FAULT_ATTEMPTS) ||
    triedForMs >= retrySeconds * 1000;
  return isOver ? failureName(error) : null;
};
