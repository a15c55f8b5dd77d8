import { MailNotSent } from './mail/mail-not-sent.ts';
import { SmsNotSent } from './sms/sms-not-sent.ts';

/**
 * The errors that are about one message: the next try would be refused as well. All others are about the service, the account or
 * its configuration (throttling, outages, timeouts, AccountSendingPausedException, ConfigurationSetDoesNotExistException,
 * MailFromDomainNotVerifiedException, permissions …): those pass, and meanwhile every message meets them alike.
 *
 * @see Amazon SES API reference, SendEmail and "Common Errors"; developer guide, "Amazon SES email sending errors"
 * @see Amazon SNS API reference, Publish
 */
const OF_ONE_MESSAGE: ReadonlySet<string> = new Set([
  // The doors' own: it isn't the address or number of exactly one person.
  'RecipientNotCanonical',
  // SES: its content, or its recipient, who in the sandbox has to be verified. Our own sender is told apart (connect-ses.ts).
  'MessageRejected',
  // SES: an address that it can't use; a message of more than 10 MB.
  'InvalidParameterValue',
  'ValidationError',
  // SNS: a number that it doesn't publish to, or whose owner opted out; a text that it can't send.
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ValidationException',
  'OptedOutException',
]);

/** Whether SES, SNS or the door to them would refuse this message however often it came. @param error as a mailer or a texter throws it */
export const isRefusedForGood = (error: unknown): boolean =>
  (error instanceof MailNotSent || error instanceof SmsNotSent) && OF_ONE_MESSAGE.has(error.message);
