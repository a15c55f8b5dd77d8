import type { SmsRefusal } from '../contract/sms-refusals.ts';

/** How a message reaches a person. */
export type Channel = 'mail' | 'sms';

/** The fields that may be in a log line. Nothing else can get there: no body, no header, no address, no token. */
export interface LogFields {
  flow?: string;
  /** API Gateway's own, in its access log and in the problem that the caller has; Lambda's for what no request woke. */
  request_id?: string;
  /** X-Ray's; the log itself adds it where the call is traced. */
  trace_id?: string;
  account_id?: string;
  session_id?: string;
  intent_id?: string;
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

/** Their names, in the order of a line: what the log lets through. A field that is missing here does not compile. */
export const LOG_FIELDS = {
  flow: true,
  request_id: true,
  trace_id: true,
  account_id: true,
  session_id: true,
  intent_id: true,
  step: true,
  outcome: true,
  reason: true,
  channel: true,
  code: true,
  status: true,
  duration_ms: true,
  delay_ms: true,
  percent: true,
  cold_start: true,
  attempts: true,
  error_name: true,
} as const satisfies Record<keyof LogFields, true>;
