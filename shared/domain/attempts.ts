/** After this many failures within a day a factor locks: NIST SP 800-63B-4 §3.2.2 allows up to 100. */
export const FREE_FAILURES = 20;

/**
 * A code that isn't the one that went out by SMS is held against the app as well, while the app has fewer failures than this.
 * The rest of its free ones is kept for codes that can be of nothing but the app: no series of guesses locks two factors.
 */
export const SECOND_LOOK_FAILURES = FREE_FAILURES / 2;

/** A day: failures are counted within one. */
export const FAILURE_WINDOW_SECONDS = 24 * 60 * 60;

/** How often one challenge may be answered. */
export const TRIES_PER_CHALLENGE = 5;

const FIRST_LOCK_SECONDS = 60;
const LONGEST_LOCK_SECONDS = 60 * 60;

/**
 * How long a factor is locked with the next failure: a minute, then twice as long each time, an hour at most, never for ever.
 * Every lock that has passed lets one more attempt through.
 *
 * @param used failures in this window so far, this one included
 */
export const lockSeconds = (used: number): number =>
  used < FREE_FAILURES
    ? 0
    : Math.min(LONGEST_LOCK_SECONDS, FIRST_LOCK_SECONDS * 2 ** Math.min(used - FREE_FAILURES, 10));

/** The window of an account's factor, named so that the next one begins by itself. Each account's has a phase of its own. */
export const failureWindow = (accountId: string, nowSeconds: number): { index: number; endsAtEpochSeconds: number } => {
  const phase = Number.parseInt(accountId.slice(0, 8), 16) % FAILURE_WINDOW_SECONDS;
  const index = Math.floor((nowSeconds + phase) / FAILURE_WINDOW_SECONDS);
  return { index, endsAtEpochSeconds: (index + 1) * FAILURE_WINDOW_SECONDS - phase };
};
