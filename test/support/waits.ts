import { jest } from '@jest/globals';
import { outside } from './outside.ts';

/** A client's timeouts take a second or more, pauses between attempts less. */
const SHORTEST_TIMEOUT_MS = 1000;
const FOREVER_MS = 2 ** 31 - 1;
const SHORT_MS = 100;

const isTimeout = (ms: number): boolean => ms >= SHORTEST_TIMEOUT_MS;

/** Gives every wait another length. */
const changeWaits = (changed: (ms: number) => number): { mockRestore(): void } => {
  const start = outside.setTimeout;
  const startChanged = <Parts extends unknown[]>(callback: (...parts: Parts) => void, ms = 0, ...parts: Parts) =>
    start(callback, changed(ms), ...parts);
  return jest.spyOn(outside, 'setTimeout').mockImplementation(startChanged);
};

/** Lets what is tried again be tried again at once, until `jest.restoreAllMocks`; timeouts stay as they are. */
export const skipPauses = (): void => void changeWaits((ms) => (isTimeout(ms) ? ms : 0));

/** Has a client give up after a moment, until `jest.restoreAllMocks`: for a server that never answers. Pauses stay as they are. */
export const shortenTimeouts = (): void => void changeWaits((ms) => (isTimeout(ms) ? SHORT_MS : ms));

/** How many things are being done without timeouts, and what takes these away. */
let underWay = 0;
let endless: { mockRestore(): void } | undefined;

/**
 * Does something for which no client gives up waiting: how soon an answer comes depends on the machine, and what it says does not.
 */
export const withoutTimeouts = async <T>(something: () => Promise<T>): Promise<T> => {
  if (underWay === 0) {
    const waits = changeWaits((ms) => (isTimeout(ms) ? FOREVER_MS : ms));
    const began = outside.performance.now();
    const clock = jest.spyOn(outside.performance, 'now').mockImplementation(() => began); // the client of DynamoDB counts by it
    endless = {
      mockRestore: () => {
        waits.mockRestore();
        clock.mockRestore();
      },
    };
  }
  underWay += 1;
  try {
    return await something();
  } finally {
    underWay -= 1;
    if (underWay === 0) endless?.mockRestore();
  }
};
