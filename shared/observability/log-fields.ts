import type { MailFate } from '../contract/mail-fates.ts';
import type { SmsRefusal } from '../contract/sms-refusals.ts';
import type { SmsClass } from '../contract/sms-requester.ts';

/** How a message is delivered. */
export type Channel = 'mail' | 'sms';

/** The only fields that a log line can have: no body, no header, no address, no token. */
export interface LogFields {
  flow?: string;
  /** Published version of the function, a number as text; added by the log of a deployed function. */
  version?: string;
  /** API Gateway's id, also in its access log and in problem documents; Lambda's for calls without a request. */
  request_id?: string;
  /** X-Ray's id; added by the log for traced calls. */
  trace_id?: string;
  account_id?: string;
  /** The key that a trusted caller signed the request with: its name and the generation of its secret. */
  signed_by?: string;
  session_id?: string;
  intent_id?: string;
  /** Step of a rotation, as Secrets Manager names it, or of the canary, from a closed list. */
  step?: string;
  outcome?: string;
  /** Rule that refused an SMS, from a closed list. */
  reason?: SmsRefusal;
  /** Class of requesters that an SMS is counted for, from a closed list. */
  requested_by?: SmsClass;
  channel?: Channel;
  /** What became of a mail, from a closed list. */
  fate?: MailFate;
  code?: string;
  status?: number;
  duration_ms?: number;
  /** Time from the request for a message until SES or SNS accepted it: the wait of a person. */
  delay_ms?: number;
  /** Time since something was made, such as the keyring. */
  age_ms?: number;
  /** Used share of the day's SMS budget; not personal. */
  percent?: number;
  cold_start?: boolean;
  /** Package that computes password hashes, from a closed list. */
  library?: string;
  /** Of the process, as Node names it. */
  architecture?: string;
  attempts?: number;
  /** Class of an error; its message could quote the request. */
  error_name?: string;
}

/** Names of the fields in the order of a line, an allow-list. A missing field does not compile. */
export const LOG_FIELDS = {
  flow: true,
  version: true,
  request_id: true,
  trace_id: true,
  account_id: true,
  signed_by: true,
  session_id: true,
  intent_id: true,
  step: true,
  outcome: true,
  reason: true,
  requested_by: true,
  channel: true,
  fate: true,
  code: true,
  status: true,
  duration_ms: true,
  delay_ms: true,
  age_ms: true,
  percent: true,
  cold_start: true,
  library: true,
  architecture: true,
  attempts: true,
  error_name: true,
} as const satisfies Record<keyof LogFields, true>;
