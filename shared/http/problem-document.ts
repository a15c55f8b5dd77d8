import { ACR_VALUES, writeAcrValues } from '../contract/acr-values.ts';
import { CHALLENGE_COPY_HEADER } from '../contract/challenge-copy.ts';
import { FIELD_ERRORS } from '../contract/field-errors.ts';
import { FRESH_SECONDS } from '../contract/lifetimes.ts';
import { PROBLEM_DETAILS, PROBLEMS, type Problem, type ProblemKind } from '../contract/problems.ts';
import { entityTag } from './entity-tag.ts';
import { PROBLEM_TYPE, type Reply } from './reply.ts';

/** Retry-After for a transient fault, in seconds. @see RFC 9110 §10.2.3 */
const UNAVAILABLE_RETRY_SECONDS = 2;

/** What a fresh proof has to be, in the words of reauthenticate's body; `null` where none is asked for. @see RFC 9470 §3 */
const wantedProof = ({ code, extras: { acrValues = ACR_VALUES } }: Problem) =>
  code === 'fresh-session-required' ? { acr_values: writeAcrValues(acrValues), max_age: FRESH_SECONDS } : null;

const challengeOf = (problem: Problem, presentedToken: boolean): string => {
  const wanted = wantedProof(problem);
  if (wanted) {
    return `Bearer error="insufficient_user_authentication", acr_values="${wanted.acr_values}", max_age="${wanted.max_age}"`;
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

/** Of this occurrence, or of the first field that is wrong, or of every problem of its kind. */
const detailOf = ({ code, extras: { detail, errors } }: Problem): { detail?: string; hint?: string } => {
  if (detail) return { detail: PROBLEM_DETAILS[detail], hint: detail };
  const [first] = errors ?? [];
  if (first) return { detail: `${first.field}: ${FIELD_ERRORS[first.code]}` };
  const { detail: usual }: ProblemKind = PROBLEMS[code];
  return usual === undefined ? {} : { detail: usual };
};

/** @see CHALLENGE_COPY_HEADER */
const challengeHeaders = (challenge: string) => ({ 'www-authenticate': challenge, [CHALLENGE_COPY_HEADER]: challenge });

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
  const { status, title }: ProblemKind = PROBLEMS[problem.code];
  const { errors, limit, factors, captcha, version } = problem.extras;
  const retryAfterSeconds =
    problem.extras.retryAfterSeconds ?? (problem.code === 'unavailable' ? UNAVAILABLE_RETRY_SECONDS : undefined);
  return {
    statusCode: status,
    headers: {
      'content-type': PROBLEM_TYPE,
      ...(status === 401 && challengeHeaders(challengeOf(problem, presentedToken))),
      ...(version !== undefined && { etag: entityTag(version) }),
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
      ...detailOf(problem),
      instance: requestId,
      ...(errors && { errors: errors.map((error) => ({ ...error, detail: FIELD_ERRORS[error.code] })) }),
      ...wantedProof(problem),
      ...(factors && { factors }),
      ...(captcha && { captcha: { provider: captcha.provider, site_key: captcha.siteKey } }),
      ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
    }),
  };
};
