import type { ExchangeMiddleware, ExchangeRequest } from './exchange.ts';

/** What a browser's script may read of an answer beside the body. */
const EXPOSED_HEADERS = 'etag, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, x-request-id';

/** Puts on every answer what every answer has: no caching, no sniffing, the request's id, CORS for configured origins. */
export const responseHeaders = ({ allowedOrigins }: { allowedOrigins: readonly string[] }): ExchangeMiddleware => {
  const complete = ({ internal: { received }, response }: ExchangeRequest): void => {
    if (!response) return;
    const origin = received.headers.origin;
    response.headers = {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': received.requestContext.requestId,
      ...(allowedOrigins.length > 0 && { vary: 'origin' }),
      ...(origin !== undefined &&
        allowedOrigins.includes(origin) && {
          'access-control-allow-origin': origin,
          'access-control-expose-headers': EXPOSED_HEADERS,
        }),
      ...response.headers,
    };
  };
  return { after: complete, onError: complete };
};
