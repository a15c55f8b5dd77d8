import { AsyncLocalStorage } from 'node:async_hooks';

/** Who sends a request, beside what its flow is asked: for what a session and an entry of the history note of it. */
interface Requester {
  /** The header User-Agent as it came: a stranger's text. */
  userAgent: string | undefined;
  /** The session that the request was let in with; `null` where the layer asked for none. */
  principal: { accountId: string; sessionId: string } | null;
}

const requesters = new AsyncLocalStorage<Requester>();

/** Does something for a request. Parallel requests of one process, as on a laptop, each have their own. */
export const forRequester = <Done>(requester: Requester, act: () => Done): Done => requesters.run(requester, act);

/** @returns `null` where no request over HTTP is being answered */
export const currentRequester = (): Requester | null => requesters.getStore() ?? null;
