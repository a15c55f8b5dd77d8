import { cacheControlOf, KEPT_DOCUMENT } from '../../shared/contract/public-cache.ts';

const INT32_MAX = 2 ** 31 - 1;

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' as const },
  example,
});

const number = (description: string, example: number) => ({
  description,
  schema: { type: 'integer' as const, format: 'int32' as const, minimum: 0, maximum: INT32_MAX },
  example,
});

/** Every header of an answer that clients have a use for. */
export const ANSWER_HEADERS = {
  'Cache-Control': text(
    'For how long anybody may keep it (RFC 9111 §5.2.2, RFC 5861 §3). Answers without this header here are never kept.',
    cacheControlOf(KEPT_DOCUMENT),
  ),
  'Content-Disposition': text(
    'The name of the file that a browser saves (RFC 6266).',
    'attachment; filename="account.json"',
  ),
  ETag: text('The version of the profile, for If-Match and If-None-Match (RFC 9110 §8.8.3).', '"v1"'),
  Location: text('The page to go on with.', '/ui/reset?outcome=done'),
  'RateLimit-Limit': number('How many requests the limit lets through in its window.', 10),
  'RateLimit-Remaining': number('How many are left of it.', 0),
  'RateLimit-Reset': number('Seconds until the window ends.', 60),
  'Retry-After': number('Seconds to wait before the request is repeated (RFC 9110 §10.2.3).', 2),
  'Set-Cookie': text(
    'For pages of the same site: what the answer has for an app in its body, as a cookie that scripts can not read.',
    '__Host-device=…; Secure; HttpOnly; SameSite=Strict; Path=/',
  ),
  'WWW-Authenticate': text(
    'How to authenticate (RFC 6750 §3); error="insufficient_user_authentication" asks for a fresh session (RFC 9470 §3). A proxy may take it away or rename it: the code of the problem document says the same, with acr_values and max_age.',
    'Bearer error="invalid_token"',
  ),
  'X-Request-Id': text("The request's id, as the log of the service has it.", 'UGh1cjJxDoEEMjQ='),
} as const;

type HeaderName = keyof typeof ANSWER_HEADERS;

const LIMIT_HEADERS = ['Retry-After', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;

/** Headers of problems, by status. */
const OF_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  412: ['ETag'],
  429: LIMIT_HEADERS,
  503: ['Retry-After'],
};

/** The headers of an answer, as the document refers to them. */
export const headersOf = (status: number, own: readonly HeaderName[] = []) =>
  Object.fromEntries(
    ['X-Request-Id', ...own, ...(OF_STATUS[status] ?? [])].map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );
