/** CORS for web apps of allowed origins, for API Gateway, the laptop's gateway and the answers. */
export const CORS = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  /** The last four are what tracers add to every request of an app (W3C Trace Context and Baggage; Sentry). */
  requestHeaders: [
    'authorization',
    'content-type',
    'idempotency-key',
    'if-match',
    'if-none-match',
    'keyturn-step-up',
    'baggage',
    'sentry-trace',
    'traceparent',
    'tracestate',
  ],
  answerHeaders: [
    'etag',
    'retry-after',
    'ratelimit-limit',
    'ratelimit-remaining',
    'ratelimit-reset',
    'www-authenticate',
    'x-request-id',
  ],
  /** Cache time of preflight answers. */
  preflightSeconds: 60 * 60,
} as const;

/** The headers that pages of allowed origins may send. @param more what the operator's own pages send besides */
export const allowedRequestHeaders = (more: readonly string[]): string[] => [
  ...new Set<string>([...CORS.requestHeaders, ...more]),
];

/**
 * Whether API Gateway can answer CORS preflights for these origins. It takes `http` and `https` alone ("Invalid format for origin
 * capacitor://localhost" fails the deployment); for all others the service answers by itself (docs/adr/0042).
 */
export const canGatewayAnswerPreflights = (allowedOrigins: readonly string[]): boolean =>
  allowedOrigins.length > 0 && allowedOrigins.every((origin) => /^https?:/.test(origin));
