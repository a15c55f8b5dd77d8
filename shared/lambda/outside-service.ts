import type { Log } from '../observability/log.ts';
import type { LogEvent } from '../observability/log-events.ts';
import type { Clock } from '../primitives/clock.ts';
import { errorName } from '../primitives/error-name.ts';

/** Failures in a row after which a service is left alone: one damaged answer must not switch a check off. */
const FAILURES_TO_OPEN = 3;

/** How long it is left alone, in milliseconds. Then one request tries it, and the others go on without. */
const OPEN_MS = 60_000;

/** What a service answered can't be used: an error, a page of a proxy, or far too much. */
export class UnusableAnswer extends Error {
  override readonly name: string = 'UnusableAnswer';
  /** A code of the service, from a closed list of ours; `null` for none. */
  readonly code: string | null;

  constructor(code: string | null = null) {
    super();
    this.code = code;
  }
}

/** A service of others that a request asks over HTTPS. It is never trusted to answer, or to answer in time. */
export interface OutsideService {
  /**
   * Asks it within the time that a person may wait. Each failure leaves a line.
   *
   * @param act makes the request and reads the answer; throws where the answer can't be used
   * @returns `null` where it gave no answer, or was left alone because it lately gave none
   */
  ask<Told>(act: (signal: AbortSignal) => Promise<Told>): Promise<Told | null>;
}

const abortedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** @param event of its log lines @param timeoutMs for the whole answer */
export const makeOutsideService = ({
  event,
  timeoutMs,
  clock,
  log,
}: {
  event: LogEvent;
  timeoutMs: number;
  clock: Clock;
  log: Log;
}): OutsideService => {
  let failures = 0;
  let notBeforeMs = 0;

  return {
    ask: async (act) => {
      if (clock.nowMs() < notBeforeMs) {
        log('info', event, { outcome: 'skipped' });
        return null;
      }
      const isTrial = failures >= FAILURES_TO_OPEN;
      if (isTrial) notBeforeMs = clock.nowMs() + OPEN_MS; // the requests beside this one don't wait for it
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const told = await Promise.race([act(signal), abortedBy(signal)]);
        failures = 0;
        notBeforeMs = 0;
        return told;
      } catch (error) {
        failures += 1;
        if (failures >= FAILURES_TO_OPEN) notBeforeMs = clock.nowMs() + OPEN_MS;
        const { code = null } = error instanceof UnusableAnswer ? error : {};
        log('warn', event, { outcome: 'failed', error_name: errorName(error), ...(code !== null && { code }) });
        return null;
      }
    },
  };
};

/**
 * Makes a request and reads the whole answer, of any status.
 *
 * @param maxBytes of an answer that can be used
 * @throws UnusableAnswer for more, TypeError of fetch, and the signal's reason
 */
export const fetchBounded = async (
  url: string,
  {
    maxBytes,
    headers,
    ...init
  }: Omit<RequestInit, 'headers'> & { maxBytes: number; headers?: Readonly<Record<string, string>> },
): Promise<{ status: number; text: string }> => {
  const response = await fetch(url, {
    ...init,
    // Lambda freezes processes, and a connection that was kept through a freeze is dead.
    headers: { ...headers, 'user-agent': 'keyturn', connection: 'close' },
    redirect: 'error',
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new UnusableAnswer(); // leaving the loop cancels the body
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
};
