import { SecretRefused } from '../aws/secret-errors.ts';
import type { Clock } from '../primitives/clock.ts';
import { errorName } from '../primitives/error-name.ts';
import type { Keyring } from './keyring.ts';
import { KNOWN_EVERYWHERE_AFTER_SECONDS, RE_READ_AFTER_SECONDS } from './keyring-times.ts';

/**
 * A rotated key reaches every running function within this time; new keys are published long before their first use.
 */
const RE_READ_AFTER_MS = RE_READ_AFTER_SECONDS * 1000;

/** A keyring older than this may lack keys in use: rotate-keyring activates no key sooner after its publication. */
const MAY_LACK_KEYS_AFTER_MS = KNOWN_EVERYWHERE_AFTER_SECONDS * 1000;

/**
 * A frozen process may meet a version or signing key newer than its keyring. It reads the keyring again instead of
 * refusing a good token, but no more often than this, so that invented versions cost nothing.
 */
const TRUSTED_MS = 60 * 1000;

/**
 * Longest wait of a request for a read. Secrets Manager answers in tens of milliseconds, and its client's first attempt
 * times out after this time (shared/aws/aws-json-client.ts, ATTEMPT_TIMEOUT_MS); a request doesn't wait for the second.
 *
 * @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"
 */
const WAIT_MS = 2000;

/** Hooks around each call of a handler. */
export interface KeyringHook {
  /**
   * Reads an old keyring again: waits for it where keys in use may be missing, as after a thaw, and otherwise doesn't.
   */
  beforeInvoke(): Promise<void>;
  /**
   * Waits for a running read. Frozen with the answer, the read would fail at the thaw, and a rarely called function
   * would never get new keys.
   */
  afterInvoke(): Promise<void>;
}

/** Logs a failed read. */
export type LogNotRead = (
  level: 'warn',
  event: 'keyring-not-read',
  fields: { error_name: string; code?: string },
) => void;

/** A keyring that reads itself again when it is old. */
export interface RefreshingKeyring extends KeyringHook {
  /** The known keys; starts a read in the background where they are old. */
  latest(): Keyring;
  /** Whether the last read is recent enough that an unknown key does not exist. */
  isTrusted(): boolean;
  /**
   * Reads the keyring for an unknown key, once a minute at most. Resolves after the read, at once without one, or after
   * two seconds.
   */
  refresh(): Promise<void>;
}

/** Settles with the work or after the longest wait. */
const bounded = async (work: Promise<void>, waitMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
};

/**
 * Keeps a keyring up to date. A failed read keeps the known keys and is logged.
 *
 * @param first the keyring, read just now
 * @param read reads the stored keyring; rejects on failure
 * @param longestWaitMs of a request for a read, in milliseconds; two seconds unless set
 */
export const makeRefreshingKeyring = ({
  first,
  read,
  clock,
  log,
  longestWaitMs = WAIT_MS,
}: {
  first: Keyring;
  read: () => Promise<Keyring>;
  clock: Clock;
  log: LogNotRead;
  longestWaitMs?: number | undefined;
}): RefreshingKeyring => {
  let keyring = first;
  let readAtMs = clock.nowMs();
  let triedAtMs = readAtMs;
  let running: { bounded: Promise<void> } | null = null;

  const isOlderThan = (ms: number): boolean => clock.nowMs() - readAtMs > ms;
  const triedBefore = (ms: number): boolean => clock.nowMs() - triedAtMs > ms;

  const take = async (mine: object): Promise<void> => {
    try {
      const next = await read();
      // A read that was frozen must not overwrite the result of a later one.
      if (running !== mine) return;
      keyring = next;
      readAtMs = clock.nowMs();
    } catch (error) {
      log('warn', 'keyring-not-read', {
        error_name: errorName(error),
        ...(error instanceof SecretRefused && { code: error.code }),
      });
    } finally {
      if (running === mine) running = null;
    }
  };

  /** Concurrent callers share one read. A read that has run longer than `ms` was frozen and counts as dead. */
  const reReadAfter = (ms: number): Promise<void> => {
    if (triedBefore(ms)) {
      const mine = { bounded: Promise.resolve() };
      running = mine;
      triedAtMs = clock.nowMs();
      mine.bounded = bounded(take(mine), longestWaitMs);
    }
    return running?.bounded ?? Promise.resolve();
  };

  return {
    latest: () => {
      void reReadAfter(RE_READ_AFTER_MS);
      return keyring;
    },
    isTrusted: () => !isOlderThan(TRUSTED_MS),
    refresh: () => reReadAfter(TRUSTED_MS),
    beforeInvoke: async () => {
      const reRead = reReadAfter(RE_READ_AFTER_MS);
      if (isOlderThan(MAY_LACK_KEYS_AFTER_MS)) await reRead;
    },
    afterInvoke: async () => running?.bounded,
  };
};
