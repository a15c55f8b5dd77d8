import { AsyncLocalStorage } from 'node:async_hooks';

/** Who sends a request, beside what its flow is asked: for what a session and an entry of the history note of it. */
interface Requester {
  /** The header User-Agent as it came: a stranger's text. */
  userAgent: string | undefined;
  /** Of its address, ISO 3166-1 alpha-2, as the edge tells it; `null` where it tells none. */
  country: string | null;
  /** The session that the request was let in with; `null` where the layer asked for none. */
  principal: { accountId: string; sessionId: string } | null;
}

/** The requests that a process answers, each with what is done for it. */
export interface Requesters {
  /** Does something for a request. Parallel requests of one process, as on a laptop, don't see each other. */
  serve<Done>(requester: Requester, act: () => Done): Done;
  /** The request that something is done for. @returns `null` where there is none, as for a stream */
  current(): Requester | null;
}

/** Makes them for one process. */
export const makeRequesters = (): Requesters => {
  const present = new AsyncLocalStorage<Requester>();
  return { serve: (requester, act) => present.run(requester, act), current: () => present.getStore() ?? null };
};
