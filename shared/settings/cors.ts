/** CORS for web apps of allowed origins, for API Gateway, the laptop's gateway and the answers. */
export const CORS = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  requestHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
  answerHeaders: ['etag', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'x-request-id'],
  /** Cache time of preflight answers. */
  preflightSeconds: 60 * 60,
} as const;
