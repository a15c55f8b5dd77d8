import { presentsToken } from '../bearer.ts';
import { problemDocument } from '../problem-document.ts';
import { shownProblem } from '../shown-problem.ts';
import type { ContextMiddleware } from './request-context.ts';

/** Turns what a flow throws into an answer. Only a problem has content; any other error becomes a bare 500. */
export const problemAnswers = (): ContextMiddleware => ({
  onError: (request) => {
    const { error, internal } = request;
    request.response = problemDocument(shownProblem(error), {
      requestId: internal.received.requestContext.requestId,
      presentedToken: presentsToken(internal.received.headers.authorization),
    });
  },
});
