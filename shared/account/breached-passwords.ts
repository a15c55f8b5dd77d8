import { hash } from 'node:crypto';
import type { Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import type { Clock } from '../primitives/clock.ts';
import { errorName } from '../primitives/error-name.ts';

/** All that leaves of a password: one of 16^5 ranges. @see Have I Been Pwned API v3, "Searching by range" */
const PREFIX_CHARACTERS = 5;

/** Failures in a row after which the service is left alone: a damaged answer for one range must not switch the check off. */
const FAILURES_TO_OPEN = 3;

/** How long the service is left alone, in milliseconds. Then one request tries it, and the others go on without. */
const OPEN_MS = 60_000;

/** Twenty times a padded range of today: 1,000 lines of 40 bytes. */
const ANSWER_MAX_BYTES = 1_000_000;

/** The rest of a hash, and how often it was seen. A padded line says 0. */
const LINE = /^([0-9A-F]{35}):(\d{1,12})$/i;

/** Asks whether a password was in a breach that is publicly known. */
export interface BreachedPasswords {
  /**
   * @param password normalized
   * @returns `null` where the service gave no answer; the password is then judged by the local list alone
   */
  isBreached(password: string): Promise<boolean | null>;
}

/** An answer that is not a range: an error, a page of a proxy, or far too much. */
class NotARange extends Error {
  override name = 'NotARange';
}

/** @throws NotARange, TypeError of fetch, TimeoutError */
const readRange = async (url: string, timeoutMs: number): Promise<string> => {
  const response = await fetch(url, {
    // With padding, the size of an encrypted answer doesn't tell which range it is.
    // Lambda freezes processes, and a connection that was kept through a freeze is dead.
    headers: { 'add-padding': 'true', 'user-agent': 'keyturn', connection: 'close' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new NotARange();
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_MAX_BYTES) throw new NotARange(); // leaving the loop cancels the body
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
};

/** @throws NotARange where a line isn't one of a range: what can't be read must not pass for "not breached" */
const countIn = (range: string, suffix: string): number => {
  let count = 0;
  for (const line of range.trimEnd().split(/\r?\n/)) {
    const [, rest, seen] = LINE.exec(line) ?? [];
    if (rest === undefined) throw new NotARange();
    if (rest.toUpperCase() === suffix) count = Number(seen);
  }
  return count;
};

/** @param url base of the ranges, with a slash at its end @param timeoutMs how long a person waits for the whole answer */
export const makeBreachedPasswords = ({
  url,
  timeoutMs,
  clock,
  log,
}: {
  url: string;
  timeoutMs: number;
  clock: Clock;
  log: Log;
}): BreachedPasswords => {
  let failures = 0;
  let notBeforeMs = 0;

  return {
    isBreached: async (password) => {
      if (clock.nowMs() < notBeforeMs) {
        log('info', 'breach-check', { outcome: 'skipped' });
        return null;
      }
      const isTrial = failures >= FAILURES_TO_OPEN;
      if (isTrial) notBeforeMs = clock.nowMs() + OPEN_MS; // the requests beside this one don't wait for it
      const digest = hash('sha1', password, 'hex').toUpperCase();
      try {
        const range = await readRange(`${url}${digest.slice(0, PREFIX_CHARACTERS)}`, timeoutMs);
        const count = countIn(range, digest.slice(PREFIX_CHARACTERS));
        failures = 0;
        notBeforeMs = 0;
        return count > 0;
      } catch (error) {
        failures += 1;
        if (failures >= FAILURES_TO_OPEN) notBeforeMs = clock.nowMs() + OPEN_MS;
        log('warn', 'breach-check', { outcome: 'failed', error_name: errorName(error) });
        return null;
      }
    },
  };
};

/** `null` where the operator has not switched it on: nothing leaves then. */
export const provideBreachedPasswords = ({
  settings,
  ...deps
}: Scope<'passwords.breachApi'>): BreachedPasswords | null => {
  const { enabled, ...where } = settings.passwords.breachApi;
  return enabled ? makeBreachedPasswords({ ...deps, ...where }) : null;
};
