import * as z from 'zod/mini';
import { ERROR_NAME } from '../../shared/primitives/error-name.ts';
import type { SendingService } from './query-protocol.ts';

/** The fault in which a request is taken and never answered. */
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

/** What is wrong with an order that was not understood, for the person who wrote it. */
export const FAULT_ORDER_HELP = `Send JSON like {"service":"ses","next":2,"error":"Throttling"}: service is "ses" or "sns", next is a whole number from 0 (clears the fault) to ${NEXT_MAX}, error is an AWS error code or "${HANG}".`;

/** A fault that is still to come: that many sends, and the error code they get. */
interface PendingFault {
  next: number;
  error: string;
}

/** Faults that the inbox was told to show. */
export interface Faults {
  /**
   * Takes an order, which replaces what the service was told before.
   *
   * @param json the body of `PUT /faults`
   * @returns whether it was understood; nothing changes when it was not
   */
  order(json: string): boolean;
  /** Uses up one fault. @returns the error code that this send gets, or `null` when it may succeed */
  take(service: SendingService): string | null;
  /** What is still to come, by service. */
  pending(): Readonly<Record<SendingService, PendingFault | null>>;
}

const parseOrder = (json: string) => {
  try {
    return faultOrder.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
};

/** Keeps the faults of one inbox; they are gone when it stops. */
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
