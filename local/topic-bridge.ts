import { setTimeout as sleep } from 'node:timers/promises';
import type { SNSEvent } from 'aws-lambda';

type Subscriber = (event: SNSEvent) => Promise<void>;

/** The first and two repeats, as Lambda does. @see Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation" */
const ATTEMPTS = 3;
const PAUSE_MS = 1000;

/** The laptop's topic. */
export interface TopicBridge {
  /** Hands an event to every function of the topic, later; what comes before they are there waits. */
  publish(event: SNSEvent): void;
  subscribe(subscribers: readonly Subscriber[]): void;
  /** Waits for what is under way; nothing is handed on after that. */
  close(): Promise<void>;
}

/** Passes messages to functions, as SNS and Lambda do. A function has told of what it fails at, and it is dropped then. */
export const makeTopicBridge = (): TopicBridge => {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const { promise: subscribed, resolve: subscribe } = Promise.withResolvers<readonly Subscriber[]>();

  const hand = async (subscriber: Subscriber, event: SNSEvent): Promise<void> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      try {
        await subscriber(event);
        return;
      } catch {
        if (attempt === ATTEMPTS) return;
        await sleep(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  return {
    publish: (event) => {
      const handed = subscribed
        .then((subscribers) => Promise.all(subscribers.map((subscriber) => hand(subscriber, event))))
        .then(() => void underWay.delete(handed));
      underWay.add(handed);
    },
    subscribe,
    close: async () => {
      stopping.abort();
      subscribe([]);
      await Promise.all(underWay);
    },
  };
};
