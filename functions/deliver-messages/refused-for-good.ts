import { MailNotSent } from './mail/mail-not-sent.ts';
import { SmsNotSent } from './sms/sms-not-sent.ts';

/**
 * Errors caused by the one message, which a retry would repeat. All others concern the service, the account or its
 * configuration (throttling, outages, timeouts, AccountSendingPausedException, ConfigurationSetDoesNotExistException,
 * MailFromDomainNotVerifiedException, permissions …): those pass, and affect every message alike.
 *
 * @see Amazon SES API reference, SendEmail and "Common Errors"; developer guide, "Amazon SES email sending errors"
 * @see Amazon SNS API reference, Publish
 */
const OF_ONE_MESSAGE: ReadonlySet<string> = new Set([
  // Our own check: not the address or number of exactly one person.
  'RecipientNotCanonical',
  // SES: its content, or its recipient, who must be verified in the sandbox. Our own sender is a different error
  // (connect-ses.ts).
  'MessageRejected',
  // SES: an invalid address; a message of more than 10 MB.
  'InvalidParameterValue',
  'ValidationError',
  // SNS: an unsupported or opted-out number; an unsupported text.
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ValidationException',
  'OptedOutException',
]);

/** Whether a retry of this message would be refused too. @param error as a mail or SMS sender throws it */
export const isRefusedForGood = (error: unknown): boolean =>
  (error instanceof MailNotSent || error instanceof SmsNotSent) && OF_ONE_MESSAGE.has(error.message);
