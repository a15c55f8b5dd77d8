import type { SmsRefusal } from '../domain/sms-budget.ts';

/** How a message reaches a person. */
export type Channel = 'mail' | 'sms';

/** The fields that may be in a log line. Nothing else can get there: no body, no header, no address, no token. */
export interface LogFields {
  flow?: string;
  request_id?: string;
  account_id?: string;
  session_id?: string;
  intent_id?: string;
  /** Keyed hash of an identifier or a source, never the thing itself. */
  identifier_hash?: string;
  source_hash?: string;
  /** Of a rotation, as Secrets Manager names it. */
  step?: string;
  outcome?: string;
  /** The rule that refused an SMS, from a closed list. */
  reason?: SmsRefusal;
  channel?: Channel;
  code?: string;
  status?: number;
  duration_ms?: number;
  /** From the request for a message until SES or SNS has it: what a person who waits for a code waits for. */
  delay_ms?: number;
  /** How much of the day's budget for SMS is gone: a number about the service, about nobody in it. */
  percent?: number;
  cold_start?: boolean;
  attempts?: number;
  /** The class of an error; its message can echo what was in a request. */
  error_name?: string;
}
