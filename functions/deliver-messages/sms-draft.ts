import type { SmsClass } from '../../shared/contract/sms-requester.ts';
import type { Handover } from './mail-draft.ts';
import type { SentCode } from './sms/sms-sender.ts';

/** A number and its country, which decides the SMS rules. */
interface Destination {
  e164: string;
  country: string;
}

/** Recipient, requester and text of an SMS; `null` where nothing is to be sent. */
export type SmsDraft = {
  to: Destination;
  requestedBy: SmsClass;
  text: string;
  /** That the text has; left out where it has none. */
  code?: SentCode;
  handover?: Handover;
} | null;
