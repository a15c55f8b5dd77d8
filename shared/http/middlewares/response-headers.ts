import type { HttpContract } from '../../contract/contract.ts';
import { gatewayRoutesOf } from '../../contract/gateway-routes.ts';
import { cacheControlOf } from '../../contract/public-cache.ts';
import { allowedRequestHeaders, CORS } from '../../settings/cors.ts';
import type { ContextMiddleware, ContextRequest } from './request-context.ts';

/** Response headers that CORS exposes to scripts. */
const EXPOSED_HEADERS = CORS.answerHeaders.join(', ');

/** What pages of an allowed origin may send. @see Fetch, "CORS-preflight request" */
const preflightHeaders = (more: readonly string[]) => ({
  'access-control-allow-methods': CORS.methods.join(', '),
  'access-control-allow-headers': allowedRequestHeaders(more).join(', '),
  'access-control-max-age': String(CORS.preflightSeconds),
});

/**
 * A year, the minimum of browsers' preload lists. Without subdomains, which may belong to other services of the
 * operator.
 * @see RFC 6797 §6.1, OWASP ASVS 5.0 3.4.1
 */
const HSTS = 'max-age=31536000';

const OK = 200;

/** The caching of an answer: none, but of the documents that are the same for all. */
const cachingOf = (contract: HttpContract): ((routeKey: string, status: number) => string) => {
  const kept = new Map(
    gatewayRoutesOf(contract).map(({ method, path, route: { cache = null } }) => [`${method} ${path}`, cache]),
  );
  return (routeKey, status) => cacheControlOf((status === OK && kept.get(routeKey)) || null);
};

/**
 * Sets the headers of every answer: caching as its route says, no sniffing, HSTS, the request's id, CORS for configured origins.
 *
 * @param publicUrl address of the API; HSTS is left out for a laptop's `http:`
 */
export const responseHeaders = ({
  contract,
  allowedOrigins,
  allowedRequestHeaders: moreHeaders,
  publicUrl,
}: {
  contract: HttpContract;
  allowedOrigins: readonly string[];
  /** Beside those of {@link CORS}. */
  allowedRequestHeaders: readonly string[];
  publicUrl: string;
}): ContextMiddleware => {
  const cacheControl = cachingOf(contract);
  const forPreflight = preflightHeaders(moreHeaders);
  const isHttps = publicUrl.startsWith('https:');
  const complete = ({ internal: { received }, response }: ContextRequest): void => {
    if (!response) return;
    const origin = received.headers.origin;
    response.headers = {
      'cache-control': cacheControl(received.routeKey, response.statusCode),
      'x-content-type-options': 'nosniff',
      ...(isHttps && { 'strict-transport-security': HSTS }),
      'x-request-id': received.requestContext.requestId,
      ...(allowedOrigins.length > 0 && { vary: 'origin' }),
      ...(origin !== undefined &&
        allowedOrigins.includes(origin) && {
          'access-control-allow-origin': origin,
          'access-control-expose-headers': EXPOSED_HEADERS,
          ...(received.requestContext.http.method === 'OPTIONS' && forPreflight),
        }),
      ...response.headers,
    };
  };
  return { after: complete, onError: complete };
};
