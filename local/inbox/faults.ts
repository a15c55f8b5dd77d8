import * as z from 'zod/mini';
import { ERROR_NAME } from '../../shared/primitives/error-name.ts';
import { FEEDBACK_ORDERS, type FeedbackOrder } from './mail-fate.ts';
import type { SendingService } from './query-protocol.ts';

/** What can be told to fail: SES, SNS, and End User Messaging SMS. */
export type FaultyService = SendingService | 'sms-voice';

const FAULTY = ['ses', 'sns', 'sms-voice'] as const satisfies readonly FaultyService[];

/** A reason of an error's own list. @see End User Messaging SMS API, ConflictException */
const REASON = /^[A-Z][A-Z0-9_]{0,127}$/;

/** The fault of a request that is accepted and never answered. */
export const HANG = 'Hang';

const NEXT_MAX = 1_000_000;

const clearing = z.strictObject({
  service: z.enum(FAULTY),
  next: z.literal(0),
  error: z.optional(z.string()),
});

const count = z.int().check(z.minimum(1), z.maximum(NEXT_MAX));

const failing = z.strictObject({
  service: z.enum(['ses', 'sns']),
  next: count,
  error: z.string().check(z.regex(ERROR_NAME)),
});

/** Errors of End User Messaging have reasons, by which their callers tell them apart. */
const reasoning = z.strictObject({
  service: z.literal('sms-voice'),
  next: count,
  error: z.string().check(z.regex(ERROR_NAME)),
  reason: z.optional(z.string().check(z.regex(REASON))),
});

/** SES takes the mail, and tells later what became of it. */
const telling = z.strictObject({ service: z.literal('ses'), next: count, feedback: z.enum(FEEDBACK_ORDERS) });

const faultOrder = z.union([clearing, failing, reasoning, telling]);

/** Help for the author of a fault order that was not understood. */
export const FAULT_ORDER_HELP = `Send JSON like {"service":"ses","next":2,"error":"Throttling"}: service is "ses", "sns" or "sms-voice", next is a whole number from 0 (clears the fault) to ${NEXT_MAX}, error is an AWS error code or "${HANG}". For "sms-voice" there may be a reason too, such as DESTINATION_PHONE_NUMBER_OPTED_OUT. For "ses" there is, in the place of error, feedback: one of ${FEEDBACK_ORDERS.join(', ')}.`;

/** What is to happen to a send: an error code for its answer, or what becomes of a mail that was taken. */
type Fault = { error: string; reason?: string | undefined } | { feedback: FeedbackOrder };

/** A fault, and for how many sends. */
type PendingFault = Fault & { next: number };

/** Faults that tests order from the inbox, and what becomes of mail. */
export interface Faults {
  /**
   * Takes an order, which replaces the earlier one for that service.
   *
   * @param json the body of `PUT /faults`
   * @returns whether it was understood; nothing changes when it was not
   */
  order(json: string): boolean;
  /** Uses up one fault. @returns what is to happen to this send, or `null` when it may succeed */
  take(service: FaultyService): Fault | null;
  /** Pending faults by service. */
  pending(): Readonly<Record<FaultyService, PendingFault | null>>;
}

const parseOrder = (json: string) => {
  try {
    return faultOrder.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
};

/** Keeps the faults of one inbox in memory. */
export const makeFaults = (): Faults => {
  const faults: Record<FaultyService, PendingFault | null> = { ses: null, sns: null, 'sms-voice': null };

  return {
    order: (json) => {
      const order = parseOrder(json);
      if (!order) return false;
      const { service, next } = order;
      const reason = 'reason' in order ? order.reason : undefined;
      if ('feedback' in order) faults[service] = { next, feedback: order.feedback };
      else if (next === 0 || order.error === undefined) faults[service] = null;
      else faults[service] = { next, error: order.error, ...(reason !== undefined && { reason }) };
      return true;
    },
    take: (service) => {
      const fault = faults[service];
      if (!fault) return null;
      faults[service] = fault.next > 1 ? { ...fault, next: fault.next - 1 } : null;
      const { next: _, ...taken } = fault;
      return taken;
    },
    pending: () => ({ ...faults }),
  };
};
