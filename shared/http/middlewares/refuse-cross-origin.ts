import { problem } from '../../contract/problems.ts';
import { isCrossOriginWrite } from '../cross-origin.ts';
import type { ContextMiddleware } from './request-context.ts';

/**
 * Refuses what pages of other origins send for their visitors, on every route and before any work is done for it.
 *
 * Our own origins are the public URL's, and the address at which API Gateway took the request: without an own name it is not the
 * public URL's, and behind CloudFront the public URL's is not it.
 *
 * @throws problem not-allowed
 */
export const refuseCrossOrigin = ({
  allowedOrigins,
  publicUrl,
}: {
  allowedOrigins: readonly string[];
  publicUrl: string;
}): ContextMiddleware => {
  const { origin: publicOrigin, protocol } = new URL(publicUrl); // as browsers write it, whatever the setting's case
  const trusted = new Set([publicOrigin, ...allowedOrigins]);
  return {
    before: ({ internal: { received } }) => {
      const { http, domainName } = received.requestContext;
      const isTrusted = (origin: string): boolean => trusted.has(origin) || origin === `${protocol}//${domainName}`;
      if (isCrossOriginWrite({ method: http.method, headers: received.headers, isTrusted })) {
        throw problem('not-allowed');
      }
    },
  };
};
