/** What a web app of an allowed origin may send and read: for API Gateway, the laptop's gateway and the answers alike. */
export const CORS = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  requestHeaders: ['authorization', 'content-type', 'if-match'],
  answerHeaders: ['etag', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'x-request-id'],
  /** How long a browser may remember the answer to its preflight. */
  preflightSeconds: 60 * 60,
} as const;
