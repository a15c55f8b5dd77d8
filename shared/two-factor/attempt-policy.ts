/**
 * After this many failures in a row a factor locks: NIST SP 800-63B-4 §3.2.2 allows up to 100. In a row are those of which none
 * comes {@link FAILURE_MEMORY_SECONDS} after the one before it.
 */
export const FREE_FAILURES = 20;

/**
 * A code that isn't the one that went out by SMS is held against the app as well, while the app has fewer failures than this.
 * The rest of its free ones is kept for codes that can be of nothing but the app: no series of guesses locks two factors.
 */
export const FALLBACK_FAILURES = FREE_FAILURES / 2;

/**
 * A day: failures are forgotten when the last of them is so old, and not before. Two failures within any 24 hours are therefore
 * always of one row, so those hours see no more than the free ones and what locks let through once they have passed.
 */
export const FAILURE_MEMORY_SECONDS = 24 * 60 * 60;

/** How often one challenge may be answered. */
export const TRIES_PER_CHALLENGE = 5;

/**
 * How many of those tries are reserved for the holder of the verification's id. A code that comes without the id is matched by its
 * source address, which neighbours share and which pages of other sites can send from: their codes must not end one that is out.
 */
const TRIES_RESERVED_FOR_ID = 2;

/** A code that comes without the verification's id is compared only while fewer tries than this have been used, with the id or without. */
export const TRIES_WITHOUT_ID = TRIES_PER_CHALLENGE - TRIES_RESERVED_FOR_ID;

const FIRST_LOCK_SECONDS = 60;
const LONGEST_LOCK_SECONDS = 60 * 60;

/**
 * What came of spending a try: nothing may be compared but after `allowed`. `reserved` are the failures of a factor that a second
 * look must leave to it. `ended`: the account has left the epoch of the challenge or session, or the session is revoked.
 */
export type Reservation = 'allowed' | 'locked' | 'reserved' | 'exhausted' | 'sms-is-out' | 'ended';

/** Outcome of a refused code in the log; a met lock is logged even if another factor was compared. */
export type RefusalOutcome = 'failure' | 'locked' | 'tries-used-up';

/**
 * What the log calls a code that proved nothing, or that met a lock.
 *
 * @param spendings of all factors that it was to be held against; none where it looks like no code of theirs
 */
export const outcomeOfRefusal = (reservations: readonly Reservation[]): RefusalOutcome => {
  if (reservations.includes('locked')) return 'locked';
  return reservations.includes('allowed') || reservations.length === 0 ? 'failure' : 'tries-used-up';
};

/**
 * How long a factor is locked with the next failure: a minute, then twice as long each time, an hour at most, never for ever.
 * Every lock that has passed lets one more attempt through.
 *
 * @param used failures in a row so far, this one included
 */
export const lockSeconds = (used: number): number =>
  used < FREE_FAILURES
    ? 0
    : Math.min(LONGEST_LOCK_SECONDS, FIRST_LOCK_SECONDS * 2 ** Math.min(used - FREE_FAILURES, 10));

/**
 * Whether the owner is notified of this failure: it begins a lock, or is the {@link FREE_FAILURES}th since the last
 * notice. An attacker who waits for the end of each lock needs most of a day for those, so the inbox doesn't fill up,
 * but weeks of guessing cause more than one notice.
 *
 * @param used failures in a row so far, this one included
 */
export const isOwnerTold = (used: number): boolean => used > 0 && used % FREE_FAILURES === 0;
