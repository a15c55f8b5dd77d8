import type { Answers } from './protocol.ts';

/** User and system time of this process since it began. */
export const cpu = (): Answers['cpu'] => {
  const { user, system } = process.cpuUsage();
  return { milliseconds: (user + system) / 1000 };
};

/** What this process holds, after a collection where `--expose-gc` lets one be asked for. */
export const memory = (): Answers['memory'] => {
  globalThis.gc?.();
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  return { rssBytes, heapBytes };
};
