import { FRESH_SECONDS } from '../account/principal.ts';
import { PROBLEM_DETAILS, PROBLEMS, type Problem } from '../contract/problems.ts';
import { PROBLEM_TYPE, type Reply } from './reply.ts';

/** Retry-After for a transient fault, in seconds. @see RFC 9110 §10.2.3 */
const UNAVAILABLE_RETRY_SECONDS = 2;

const challengeOf = (problem: Problem, presentedToken: boolean): string => {
  if (problem.code === 'fresh-session-required') {
    return `Bearer error="insufficient_user_authentication", max_age=${FRESH_SECONDS}`; // RFC 9470 §3
  }
  return problem.code === 'unauthenticated' && presentedToken ? 'Bearer error="invalid_token"' : 'Bearer';
};

const limitHeaders = (limit: number | undefined, retryAfterSeconds: number) =>
  limit === undefined
    ? {}
    : {
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': '0',
        'ratelimit-reset': String(retryAfterSeconds),
      };

/**
 * The answer for a problem. Of the request it holds only names of fields.
 *
 * @param presentedToken whether the request presented a bearer token; without one the challenge reports no error (RFC
 * 6750 §3.1)
 * @see RFC 9457
 */
export const problemDocument = (
  problem: Problem,
  { requestId, presentedToken }: { requestId: string; presentedToken: boolean },
): Reply => {
  const { status, title } = PROBLEMS[problem.code];
  const { errors, limit, factors, captcha, detail } = problem.extras;
  const retryAfterSeconds =
    problem.extras.retryAfterSeconds ?? (problem.code === 'unavailable' ? UNAVAILABLE_RETRY_SECONDS : undefined);
  return {
    statusCode: status,
    headers: {
      'content-type': PROBLEM_TYPE,
      ...(status === 401 && { 'www-authenticate': challengeOf(problem, presentedToken) }),
      ...(retryAfterSeconds !== undefined && {
        'retry-after': String(retryAfterSeconds),
        ...limitHeaders(limit, retryAfterSeconds),
      }),
    },
    body: JSON.stringify({
      type: `urn:keyturn:problem:${problem.code}`,
      title,
      status,
      code: problem.code,
      ...(detail && { detail: PROBLEM_DETAILS[detail], hint: detail }),
      instance: requestId,
      ...(errors && { errors }),
      ...(factors && { factors }),
      ...(captcha && { captcha: { provider: captcha.provider, site_key: captcha.siteKey } }),
      ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
    }),
  };
};
