import { createHook } from 'node:async_hooks';

/** What argon2 calls its work in the thread pool. */
const NATIVE_WORK = 'argon2:HashWorker';

/** The password hashes that something computes, seen where the native module hands them to the thread pool. */
export const hashesDuring = async (
  something: () => Promise<unknown>,
): Promise<{
  /** How many there were, of setting and of verifying alike. */
  count: number;
  /** How many there were at once, at most. */
  mostAtOnce: number;
}> => {
  const running = new Set<number>();
  let count = 0;
  let mostAtOnce = 0;
  const hook = createHook({
    init: (id, type) => {
      if (type !== NATIVE_WORK) return;
      running.add(id);
      count += 1;
      mostAtOnce = Math.max(mostAtOnce, running.size);
    },
    before: (id) => running.delete(id), // its result is being handed over
  }).enable();
  try {
    await something();
  } finally {
    hook.disable();
  }
  return { count, mostAtOnce };
};
