import type { HttpContract } from '../../contract/contract.ts';
import { acceptsHtml } from '../accepts-html.ts';
import { shownProblem } from '../shown-problem.ts';
import type { ContextMiddleware, ContextRequest } from './request-context.ts';

/** What a page shows of a problem: its code and, for a password, the reason. */
const outcomeOf = (error: Error | null | undefined): string => {
  const { code, extras } = shownProblem(error);
  const reason = code === 'password-rejected' ? extras.errors?.[0]?.code : undefined;
  return reason ? `${code}.${reason}` : code;
};

/**
 * Answers a hosted page's form that was sent without JavaScript: redirects (303) to the page with the outcome instead
 * of JSON. Programs don't accept `text/html`, so they never see this.
 *
 * @see RFC 9110 §15.4.4
 */
export const pageAnswers = ({ routes }: Pick<HttpContract, 'routes'>): ContextMiddleware => {
  const redirect = (request: ContextRequest, outcome: string): void => {
    const { headers, routeKey } = request.internal.received;
    const page = routes.find(({ method, path }) => routeKey === `${method} ${path}`)?.page;
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
    if (!page || !isForm || !acceptsHtml(headers)) return;
    request.response = { statusCode: 303, headers: { location: `${page}?outcome=${outcome}` }, body: null };
  };
  return {
    after: (request) => {
      if (request.response?.headers['content-disposition'] === undefined) redirect(request, 'done'); // else it is saved as a file
    },
    onError: (request) => {
      const outcome = outcomeOf(request.error);
      // The form came from another origin, so the answer does not lead to our page.
      if (outcome !== 'not-allowed') redirect(request, outcome);
    },
  };
};
