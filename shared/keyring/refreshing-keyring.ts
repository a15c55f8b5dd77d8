import { SecretRefused } from '../aws/secret-errors.ts';
import type { Clock } from '../primitives/clock.ts';
import { errorName } from '../primitives/error-name.ts';
import type { Keyring } from './keyring.ts';
import { KNOWN_EVERYWHERE_AFTER_SECONDS, RE_READ_AFTER_SECONDS } from './keyring-times.ts';

/** A rotated key reaches every running function within this time; new keys are published long before they are used. */
const RE_READ_AFTER_MS = RE_READ_AFTER_SECONDS * 1000;

/** A keyring of this age may lack keys that others use by now: none is used sooner after it was published (rotate-keyring). */
const MAY_LACK_KEYS_AFTER_MS = KNOWN_EVERYWHERE_AFTER_SECONDS * 1000;

/**
 * A process that was frozen may meet a version, or a signing key, that is younger than its keyring. It looks again instead of
 * taking a good token for a bad one; that it does so no more often than this keeps invented ones from costing anything.
 */
const TRUSTED_MS = 60 * 1000;

/**
 * How long a request waits for a re-read at most. Secrets Manager answers in tens of milliseconds, and one attempt of its
 * client ends after this time (secrets-client); nobody is kept waiting for the next.
 */
const WAIT_MS = 2000;

/** What a keyring needs done around each call of a handler. */
export interface KeyringHook {
  /** Reads it again where it has grown old; waited for where it may lack keys in use, as after a thaw, and otherwise done at once. */
  beforeInvoke(): Promise<void>;
  /** Waits for a re-read that goes on: frozen with the answer it would fail at the thaw, and a function that is seldom called never learn. */
  afterInvoke(): Promise<void>;
}

/** Takes the line that a re-read leaves which failed. */
export type LogNotRead = (
  level: 'warn',
  event: 'keyring-not-read',
  fields: { error_name: string; code?: string },
) => void;

/** A keyring that is read again as it grows old. */
export interface RefreshingKeyring extends KeyringHook {
  /** The keys at hand; where they are old a re-read is begun beside. */
  latest(): Keyring;
  /** Whether it was read so lately that what it doesn't know isn't there. */
  isTrusted(): boolean;
  /** Reads it again for something that it doesn't know, once a minute at most; over when it was read, was not to be read, or two seconds went by. */
  refresh(): Promise<void>;
}

/** Settles with the work, or when it has taken long enough. */
const bounded = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, WAIT_MS);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
};

/**
 * Keeps a keyring up to date. A failed re-read keeps the keys at hand, and leaves a line in the log.
 *
 * @param first as it was read a moment ago
 * @param read reads what is stored; rejects where it can't
 */
export const makeRefreshingKeyring = ({
  first,
  read,
  clock,
  log,
}: {
  first: Keyring;
  read: () => Promise<Keyring>;
  clock: Clock;
  log: LogNotRead;
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
      // A read that was frozen half-way must not undo what a younger one has learnt.
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

  /** Of several who ask one reads; a read that was begun this long before is the frozen remains of one. */
  const reReadAfter = (ms: number): Promise<void> => {
    if (triedBefore(ms)) {
      const mine = { bounded: Promise.resolve() };
      running = mine;
      triedAtMs = clock.nowMs();
      mine.bounded = bounded(take(mine));
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
