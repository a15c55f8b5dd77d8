import { hash } from 'node:crypto';
import { fetchBounded, makeOutsideService, UnusableAnswer } from '../lambda/outside-service.ts';
import type { Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import type { Clock } from '../primitives/clock.ts';

/** All that leaves of a password: one of 16^5 ranges. @see Have I Been Pwned API v3, "Searching by range" */
const PREFIX_CHARACTERS = 5;

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

/** @throws UnusableAnswer where a line isn't one of a range: what can't be read must not pass for "not breached" */
const countIn = (range: string, suffix: string): number => {
  let count = 0;
  for (const line of range.trimEnd().split(/\r?\n/)) {
    const [, rest, seen] = LINE.exec(line) ?? [];
    if (rest === undefined) throw new UnusableAnswer();
    if (rest.toUpperCase() === suffix) count = Number(seen);
  }
  return count;
};

/** @param url base of the ranges, with a slash at its end @param timeoutMs how long a person waits for the whole answer */
export const makeBreachedPasswords = ({
  url,
  ...deps
}: {
  url: string;
  timeoutMs: number;
  clock: Clock;
  log: Log;
}): BreachedPasswords => {
  const service = makeOutsideService({ event: 'breach-check', ...deps });

  return {
    isBreached: (password) => {
      const digest = hash('sha1', password, 'hex').toUpperCase();
      return service.ask(async (signal) => {
        const { status, text } = await fetchBounded(`${url}${digest.slice(0, PREFIX_CHARACTERS)}`, {
          // With padding, the size of an encrypted answer doesn't tell which range it is.
          headers: { 'add-padding': 'true' },
          maxBytes: ANSWER_MAX_BYTES,
          signal,
        });
        if (status !== 200) throw new UnusableAnswer();
        return countIn(text, digest.slice(PREFIX_CHARACTERS)) > 0;
      });
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
