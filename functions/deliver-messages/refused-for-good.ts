import { MESSAGE_ERRORS } from '../../shared/aws/aws-errors.ts';
import { MailNotSent } from './mail/mail-not-sent.ts';
import { NOTIFY_REFUSALS } from './sms/notify-refusals.ts';
import { SmsNotSent } from './sms/sms-not-sent.ts';

/** Our own name for a recipient that is not the address or number of exactly one person. */
export const RECIPIENT_NOT_CANONICAL = 'RecipientNotCanonical';

/** Whether a retry of this message would be refused too. @param error as a mail or SMS sender throws it */
export const isRefusedForGood = (error: unknown): boolean =>
  (error instanceof SmsNotSent && NOTIFY_REFUSALS.has(error.message)) ||
  ((error instanceof MailNotSent || error instanceof SmsNotSent) &&
    (error.message === RECIPIENT_NOT_CANONICAL || Object.hasOwn(MESSAGE_ERRORS, error.message)));
