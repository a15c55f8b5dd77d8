import { createHook } from 'node:async_hooks';

/**
 * How the libraries name their work in the thread pool. @node-rs/argon2 gives it no name, and Node writes that down as text; no other
 * native module works while these hashes are counted.
 */
const NATIVE_WORK: ReadonlySet<string> = new Set(['undefined', 'argon2:HashWorker']);

/** Observes the password hashes during an action, where the native module queues them in the thread pool. */
export const hashesDuring = async (
  something: () => Promise<unknown>,
): Promise<{
  /** Number of hashes, of setting and verifying together. */
  count: number;
  /** Largest number at the same time. */
  mostAtOnce: number;
}> => {
  const running = new Set<number>();
  let count = 0;
  let mostAtOnce = 0;
  const hook = createHook({
    init: (id, type) => {
      if (!NATIVE_WORK.has(type)) return;
      running.add(id);
      count += 1;
      mostAtOnce = Math.max(mostAtOnce, running.size);
    },
    before: (id) => running.delete(id), // its result is being delivered
  }).enable();
  try {
    await something();
  } finally {
    hook.disable();
  }
  return { count, mostAtOnce };
};
