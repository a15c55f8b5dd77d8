import { CORS } from '../../settings/cors.ts';
import type { ContextMiddleware, ContextRequest } from './request-context.ts';

/** What a browser's script may read of an answer beside the body. */
const EXPOSED_HEADERS = CORS.answerHeaders.join(', ');

/**
 * A year, the least that browsers' lists take. Not for subdomains: what the operator runs there is not ours to say.
 * @see RFC 6797 §6.1, OWASP ASVS 5.0 3.4.1
 */
const HSTS = 'max-age=31536000';

/**
 * Puts on every answer what every answer has: no caching, no sniffing, HTTPS and nothing else from now on, the request's id,
 * CORS for configured origins.
 *
 * @param publicUrl where the API answers; a laptop's `http:` must not shut a browser out of it
 */
export const responseHeaders = ({
  allowedOrigins,
  publicUrl,
}: {
  allowedOrigins: readonly string[];
  publicUrl: string;
}): ContextMiddleware => {
  const isHttps = publicUrl.startsWith('https:');
  const complete = ({ internal: { received }, response }: ContextRequest): void => {
    if (!response) return;
    const origin = received.headers.origin;
    response.headers = {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(isHttps && { 'strict-transport-security': HSTS }),
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
