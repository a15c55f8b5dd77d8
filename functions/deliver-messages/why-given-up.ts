import { errorName } from '../../shared/primitives/error-name.ts';
import { MailNotSent } from './mail/mail-not-sent.ts';
import { isRefusedForGood } from './refused-for-good.ts';
import { SmsNotSent } from './sms/sms-not-sent.ts';

/**
 * How often something is tried that our own code trips over. It may be the row, and then everybody behind it waits; it may be
 * something that passes, so once is too little.
 */
export const OWN_FAULT_ATTEMPTS = 5;

/** Errors of what we work with, by name; beside them those that the AWS SDK marks as a service's. */
const OF_A_SERVICE: ReadonlySet<string> = new Set([
  'MailNotSent',
  'SmsNotSent',
  'StoreUnavailable',
  'DeadLetterNotKept',
  // A function meets rows of the release that is being deployed: it, or its next version, reads them in a while.
  'UnknownRowVersion',
  'SecretUnavailable',
  'SecretRefused',
  'KeyringNotReady',
  'KeyringOutdated',
  'KeyringBroken',
]);

/** DynamoDB's word for a request that it can't make sense of: a service says it, but of what we sent. */
const NONSENSE = 'ValidationException';

/** Whether our own code tripped: no service and no key is out of reach, and the next try may trip as well. */
export const isOwnFault = (error: unknown): boolean => {
  const name = errorName(error);
  if (OF_A_SERVICE.has(name)) return false;
  return name === NONSENSE || !(error instanceof Error && '$fault' in error);
};

/** What went wrong, in one word: what SES or SNS said where one of them did, otherwise the class of the error. */
export const failureName = (error: unknown): string =>
  error instanceof MailNotSent || error instanceof SmsNotSent ? error.message : errorName(error);

/** A try that failed. */
export interface FailedTry {
  error: unknown;
  /** How many tries before this one ended in an error of our own. Outages are none: they say nothing of the message. */
  ownFaults: number;
  /** Milliseconds since the first try was due. */
  triedForMs: number;
  /** For how many seconds something is tried at most (settings: messages.retrySeconds). */
  retrySeconds: number;
}

/**
 * Says whether a message is given up. A shard of the stream is worked in its order, so that a record which is tried again holds
 * up those behind it: right while the service is down for all of them, a way to stop everybody's mail where it is one address.
 *
 * @returns the name of what went wrong; `null` where it is to be tried again
 */
export const whyGivenUp = ({ error, ownFaults, triedForMs, retrySeconds }: FailedTry): string | null => {
  const isOver =
    isRefusedForGood(error) ||
    (isOwnFault(error) && ownFaults + 1 >= OWN_FAULT_ATTEMPTS) ||
    triedForMs >= retrySeconds * 1000;
  return isOver ? failureName(error) : null;
};
