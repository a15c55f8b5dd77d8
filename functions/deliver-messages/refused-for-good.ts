import { type MailStop, MESSAGE_ERRORS } from '../../shared/aws/aws-errors.ts';
import { MailNotSent } from './mail/mail-not-sent.ts';
import { NOTIFY_REFUSALS } from './sms/notify-refusals.ts';
import { SmsNotSent } from './sms/sms-not-sent.ts';

/** Our own name for a recipient that is not the address or number of exactly one person. */
export const RECIPIENT_NOT_CANONICAL = 'RecipientNotCanonical';

/** The account leaves SES's sandbox in days, and a stream's shard waits for its first record: an operator redrives these then. */
const RECIPIENT_NOT_VERIFIED: MailStop = 'RecipientNotVerified';

/** Whether a retry of this message would be refused too. @param error as a mail or SMS sender throws it */
export const isRefusedForGood = (error: unknown): boolean =>
  (error instanceof SmsNotSent && NOTIFY_REFUSALS.has(error.message)) ||
  ((error instanceof MailNotSent || error instanceof SmsNotSent) &&
    ([RECIPIENT_NOT_CANONICAL, RECIPIENT_NOT_VERIFIED].includes(error.message) ||
      Object.hasOwn(MESSAGE_ERRORS, error.message)));
