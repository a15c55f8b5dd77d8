import { problemDocument } from '../problem-document.ts';
import { Problem, problem } from '../problems.ts';
import type { ExchangeMiddleware } from './exchange.ts';

/** Faults that are over in a moment; whatever else is unknown is `internal`. */
const OUTAGES = new Set(['StoreUnavailable', 'TimeoutError']);

/** Turns what a flow throws into an answer. Only a problem says anything; of any other error nothing reaches the caller. */
export const problemAnswers = (): ExchangeMiddleware => ({
  onError: (request) => {
    const { error, internal } = request;
    const shown =
      error instanceof Problem ? error : problem(OUTAGES.has(error?.name ?? '') ? 'unavailable' : 'internal');
    request.response = problemDocument(shown, {
      requestId: internal.received.requestContext.requestId,
      presentedToken: internal.received.headers.authorization !== undefined,
    });
  },
});
