import * as z from 'zod/mini';
import { ERROR_NAME } from '../../shared/primitives/error-name.ts';
import { FEEDBACK_ORDERS, type FeedbackOrder } from './mail-fate.ts';
import type { SendingService } from './query-protocol.ts';

/** The fault of a request that is accepted and never answered. */
export const HANG = 'Hang';

const NEXT_MAX = 1_000_000;

const clearing = z.strictObject({
  service: z.enum(['ses', 'sns']),
  next: z.literal(0),
  error: z.optional(z.string()),
});

const count = z.int().check(z.minimum(1), z.maximum(NEXT_MAX));

const failing = z.strictObject({
  service: z.enum(['ses', 'sns']),
  next: count,
  error: z.string().check(z.regex(ERROR_NAME)),
});

/** SES takes the mail, and tells later what became of it. */
const telling = z.strictObject({ service: z.literal('ses'), next: count, feedback: z.enum(FEEDBACK_ORDERS) });

const faultOrder = z.union([clearing, failing, telling]);

/** Help for the author of a fault order that was not understood. */
export const FAULT_ORDER_HELP = `Send JSON like {"service":"ses","next":2,"error":"Throttling"}: service is "ses" or "sns", next is a whole number from 0 (clears the fault) to ${NEXT_MAX}, error is an AWS error code or "${HANG}". For "ses" there is, in the place of error, feedback: one of ${FEEDBACK_ORDERS.join(', ')}.`;

/** What is to happen to a send: an error code for its answer, or what becomes of a mail that was taken. */
type Fault = { error: string } | { feedback: FeedbackOrder };

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
  take(service: SendingService): Fault | null;
  /** Pending faults by service. */
  pending(): Readonly<Record<SendingService, PendingFault | null>>;
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
  const faults: Record<SendingService, PendingFault | null> = { ses: null, sns: null };

  return {
    order: (json) => {
      const order = parseOrder(json);
      if (!order) return false;
      const { service, next } = order;
      if ('feedback' in order) faults[service] = { next, feedback: order.feedback };
      else faults[service] = next === 0 || order.error === undefined ? null : { next, error: order.error };
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
