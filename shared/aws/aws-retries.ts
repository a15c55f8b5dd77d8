import type { Randomness } from '../primitives/clock.ts';
import { isThrottled, isTransient, type SdkError } from './aws-errors.ts';

/** The first and two repeats, the SDKs' standard. @see AWS SDKs and Tools Reference Guide, "Retry behavior" */
const ATTEMPTS = 3;

/**
 * Longest pause before the first repeat; it doubles with each, and is drawn at random up to that. The SDK has the same for DynamoDB.
 *
 * @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"
 */
const BACKOFF_MS = 25;

/**
 * The same where the service throttles. The SDK begins at 1 s, so that its calls wait up to 7 s; a person waits for ours, and a table
 * that is scaled on demand takes more within a second.
 *
 * @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"
 */
const THROTTLED_BACKOFF_MS = 500;

/** Repeats that all calls of a process have left; an outage must not be met with three times the load. @see AWS SDKs and Tools Reference Guide, "Retry behavior" */
const BUDGET = 500;
const COST = 14;
const THROTTLED_COST = 5;
const REWARD = 1;

/**
 * Makes the rules by which the calls of one client are repeated, those of the SDKs' standard mode.
 *
 * @param attempts the first and its repeats, 1 or more; 3 unless given
 * @see AWS SDKs and Tools Reference Guide, "Retry behavior"
 */
export const makeRetries = ({ randomness, attempts = ATTEMPTS }: { randomness: Randomness; attempts?: number }) => {
  let budget = BUDGET;

  return {
    /** Gives a call's share back. @param cost what its last repeat took, 0 where there was none */
    succeeded: (cost: number): void => {
      budget = Math.min(BUDGET, budget + (cost || REWARD));
    },
    /**
     * Whether, and when, a call is to be repeated.
     *
     * @param attempt of those made, 1 for the first
     * @returns the pause in milliseconds and what the repeat costs; `null` where the error is final, the attempts are used up, or the
     * process has no repeats left
     */
    next: (error: SdkError, attempt: number): { pauseMs: number; cost: number } | null => {
      const throttled = isThrottled(error);
      // A connection that was closed while nothing used it says nothing of the service: a function that was frozen finds all of its
      // connections so. Its repeat is free, or a process that has none left after an outage would fail for no reason.
      const cost = error.wasIdle ? 0 : throttled ? THROTTLED_COST : COST;
      if (attempt >= attempts || budget < cost || !(throttled || isTransient(error))) return null;
      budget -= cost;
      const longest = (throttled ? THROTTLED_BACKOFF_MS : BACKOFF_MS) * 2 ** (attempt - 1);
      return { pauseMs: randomness.integer(longest), cost };
    },
  };
};
