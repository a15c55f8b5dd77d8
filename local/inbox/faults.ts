import * as z from 'zod/mini';
import { ERROR_NAME } from '../../shared/primitives/error-name.ts';
import type { SendingService } from './query-protocol.ts';

/** The fault of a request that is accepted and never answered. */
export const HANG = 'Hang';

const NEXT_MAX = 1_000_000;

const clearing = z.strictObject({
  service: z.enum(['ses', 'sns']),
  next: z.literal(0),
  error: z.optional(z.string()),
});

const setting = z.strictObject({
  service: z.enum(['ses', 'sns']),
  next: z.int().check(z.minimum(1), z.maximum(NEXT_MAX)),
  error: z.string().check(z.regex(ERROR_NAME)),
});

const faultOrder = z.union([clearing, setting]);

/** Help for the author of a fault order that was not understood. */
export const FAULT_ORDER_HELP = `Send JSON like {"service":"ses","next":2,"error":"Throttling"}: service is "ses" or "sns", next is a whole number from 0 (clears the fault) to ${NEXT_MAX}, error is an AWS error code or "${HANG}".`;

/** Pending fault: for how many sends, and with which error code. */
interface PendingFault {
  next: number;
  error: string;
}

/** Faults that tests order from the inbox. */
export interface Faults {
  /**
   * Takes an order, which replaces the earlier one for that service.
   *
   * @param json the body of `PUT /faults`
   * @returns whether it was understood; nothing changes when it was not
   */
  order(json: string): boolean;
  /** Uses up one fault. @returns the error code that this send gets, or `null` when it may succeed */
  take(service: SendingService): string | null;
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
      const { service, next, error } = order;
      faults[service] = next === 0 || error === undefined ? null : { next, error };
      return true;
    },
    take: (service) => {
      const fault = faults[service];
      if (!fault) return null;
      faults[service] = fault.next > 1 ? { ...fault, next: fault.next - 1 } : null;
      return fault.error;
    },
    pending: () => ({ ...faults }),
  };
};
