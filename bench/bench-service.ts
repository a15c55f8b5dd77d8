import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../shared/lambda/system-clock.ts';
import type { Service } from '../test/catalogue/service.ts';
import { gather } from './http-load.ts';
import type { MessageSink } from './message-sink.ts';
import type { Serving } from './start-target.ts';

/** The batch size of the stream's event source mapping. */
export const MAIL_BATCH = 10;

/** On a busy machine a delivery may fail; after its lease of some seconds it can be retried. */
const DELIVERY_TRIES = 4;
const DELIVERY_PAUSE_SECONDS = 5;
const DELIVERIES_AT_ONCE = 2;

/** Longer than an app shows a code, and than the wait for another SMS. */
const WAIT_SECONDS = 60;

/** The service as a load uses it. */
export interface BenchService extends Service {
  /** Leaves out of later deliveries what was asked for until now. */
  passOverMessages(): Promise<void>;
  /** Delivers what was asked for until now. */
  deliverWaiting(): Promise<void>;
  /** The undelivered messages that some requests leave. */
  messagesOf(requests: () => Promise<unknown>): Promise<readonly unknown[]>;
}

/** Makes the catalogue's port of the routes of a tree. Every tree gets the same names. */
export const makeBenchService = ({
  call,
  deliver,
  collect,
  sink,
}: Serving & { collect(): Promise<{ messages: unknown[] }>; sink: Pick<MessageSink, 'takeText'> }): BenchService => {
  let names = 0;
  const nextName = (): number => {
    names += 1;
    return names;
  };
  const pause = (seconds: number): Promise<void> => sleep(seconds * 1000);

  const deliverPatiently = async (messages: readonly unknown[]): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await deliver(messages); // those already delivered are skipped
        return;
      } catch (error) {
        if (tries === DELIVERY_TRIES) throw error;
        await pause(DELIVERY_PAUSE_SECONDS);
      }
    }
  };

  const deliverNew = async (): Promise<void> => {
    const { messages } = await collect();
    await gather(Math.ceil(messages.length / MAIL_BATCH), DELIVERIES_AT_ONCE, (index) =>
      deliverPatiently(messages.slice(index * MAIL_BATCH, (index + 1) * MAIL_BATCH)),
    );
  };

  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  /** One round of deliveries serves all who wait for it: it begins when the one before has ended. */
  const nextRound = (): Promise<void> => {
    if (next) return next;
    const startRound = (): Promise<void> => {
      next = null;
      return deliverNew();
    };
    next = running.then(startRound, startRound);
    running = next;
    return next;
  };

  return {
    ask: async (request) => JSON.parse(await call(request)),
    receive: async (to, act) => {
      await act();
      await nextRound();
      return sink.takeText(to);
    },
    newEmail: () => `person-${nextName()}@example.com`,
    newPhoneNumber: () => `+43660${1_000_000 + nextName()}`,
    nowSeconds: systemClock.nowSeconds,
    pause,
    passWaits: () => pause(WAIT_SECONDS),
    deliverWaiting: nextRound,
    passOverMessages: async () => {
      await collect();
    },
    messagesOf: async (requests) => {
      await collect();
      await requests();
      return (await collect()).messages;
    },
  };
};
