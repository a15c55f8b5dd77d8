import * as z from 'zod/mini';
import type { HttpContract, Route } from '../../shared/contract/contract.ts';
import { named } from '../../shared/contract/named.ts';
import { PROBLEMS, Problem, type ProblemCode } from '../../shared/contract/problems.ts';
import { problemDocument } from '../../shared/http/problem-document.ts';
import { answerOf } from './body-schemas.ts';
import { isConditional } from './conditional.ts';
import { headersOf } from './document-headers.ts';
import { examplesOf } from './examples.ts';
import { problemSchema } from './problem-schema.ts';

/** What API Gateway answers by itself, before a function is called. @see docs/adr/0042 */
const gatewayAnswer = named(
  'GatewayAnswer',
  'What the gateway says by itself, where all callers together ask for more than the service has room for.',
  z.strictObject({ message: z.string() }),
);

const TOO_MANY = PROBLEMS['too-many-requests'].status;

const EXAMPLE_OF_GATEWAY = { message: 'Too Many Requests' };

/** Each problem as the service answers it, for the document's components. */
export const problemExamples = (codes: readonly ProblemCode[]) =>
  Object.fromEntries(
    [...new Set(codes)].map((code) => {
      const extras = code === 'too-many-requests' ? { retryAfterSeconds: 60 } : {};
      const request = { requestId: 'UGh1cjJxDoEEMjQ=', presentedToken: false };
      const { body } = problemDocument(new Problem(code, extras), request);
      return [code, { summary: code, value: JSON.parse(body ?? '') as unknown }];
    }),
  );

/** People see a page where there is none of theirs. */
const alsoShown = ({ produces }: Route, status: number) =>
  produces === 'text/html' && status === PROBLEMS['not-found'].status
    ? { [produces]: { schema: { type: 'string' as const }, example: '<!doctype html>' } }
    : {};

const sentenceOf = (code: ProblemCode): string => `${code}: ${PROBLEMS[code].title}`;

const problemAnswer = (status: number, codes: readonly ProblemCode[], route: Route) => ({
  description: codes.map(sentenceOf).join(' '),
  headers: headersOf(status),
  content: {
    'application/problem+json': {
      schema: problemSchema,
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
    ...alsoShown(route, status),
  },
});

/** Every route is throttled for all callers together, most far above its own limits. */
const throttled = {
  description: 'Without a code: the gateway lets no more requests through for now. Repeat a little later.',
  content: { 'application/json': { schema: gatewayAnswer, example: EXAMPLE_OF_GATEWAY } },
};

/** Beside the service's own refusals of that status, which come first: clients are generated for the first. */
const alsoThrottled = (own: ReturnType<typeof problemAnswer>) => ({
  ...own,
  description: `${own.description} ${throttled.description}`,
  content: { ...own.content, ...throttled.content },
});

const problemAnswers = (codes: readonly ProblemCode[], route: Route) => {
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  const own = [...statuses].map((status) => {
    const described = codes.filter((code) => PROBLEMS[code].status === status);
    const answer = problemAnswer(status, described, route);
    return [`${status}`, status === TOO_MANY ? alsoThrottled(answer) : answer] as const;
  });
  return { [`${TOO_MANY}`]: throttled, ...Object.fromEntries(own) };
};

/** A form of a hosted page that a browser sent without a script is led back to the page. */
const redirect = ({ page }: Route) =>
  page
    ? { '303': { description: 'To a browser: the page to go on with.', headers: headersOf(303, ['Location']) } }
    : {};

const unchanged = (contract: HttpContract, route: Route) =>
  isConditional(route, contract)
    ? { '304': { description: 'It is what If-None-Match names. There is no body.', headers: headersOf(304, ['ETag']) } }
    : {};

const success = (contract: HttpContract, route: Route) => {
  const { produces = 'application/json' } = route;
  const headers = headersOf(200, [
    ...(contract.answerHeaders ?? []),
    ...(route.cache ? ['Cache-Control' as const] : []),
  ]);
  const examples = examplesOf(route, 'answer');
  const answer = answerOf(contract, route);
  if (produces !== 'application/json') {
    const content = { [produces]: { schema: { type: 'string' as const }, ...examples } };
    return { '200': { description: 'The page, or what it loads.', headers, content } };
  }
  if (!answer) return { '204': { description: 'Done. There is nothing to say.', headers } };
  const description = z.globalRegistry.get(answer)?.description ?? 'Done.';
  return { '200': { description, headers, content: { [produces]: { schema: answer, ...examples } } } };
};

/** The answers of an operation. */
export const answersOf = (contract: HttpContract, route: Route) => ({
  ...success(contract, route),
  ...unchanged(contract, route),
  ...redirect(route),
  ...problemAnswers(contract.problems, route),
});
