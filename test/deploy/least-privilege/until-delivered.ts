import { setTimeout as sleep } from 'node:timers/promises';
import type { Partition, Rows } from './rows.ts';

/** Many times what the emulator takes to end a delivery whose mail is there. */
const TIMEOUT_MS = 15_000;
const POLL_MS = 20;

/**
 * Waits until it is noted that what was asked for so far is sent: rows that are edited before would be written once more.
 *
 * @param before the intents that nothing waits for
 * @throws Error after fifteen seconds
 */
export const untilDelivered = async ({ intents }: Rows, before: readonly Partition[]): Promise<void> => {
  const keysNow = async () => (await intents()).map(([, pk]) => pk);
  const known = new Set(before.map(([, pk]) => pk));
  const asked = new Set((await keysNow()).filter((pk) => !known.has(pk)));
  const deadlineMs = Date.now() + TIMEOUT_MS;
  while (asked.size > 0 && (await keysNow()).some((pk) => asked.has(pk))) {
    if (Date.now() > deadlineMs) throw new Error('a message that was sent still has its intent');
    await sleep(POLL_MS);
  }
};
