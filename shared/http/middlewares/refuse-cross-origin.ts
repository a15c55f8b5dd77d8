import { problem } from '../../contract/problems.ts';
import { isCrossOriginWrite } from '../cross-origin.ts';
import type { ContextMiddleware } from './request-context.ts';

/**
 * Refuses unsafe requests that pages of other origins cause (CSRF), on every route and before any other work.
 *
 * Our origins are that of the public URL, and the one at which API Gateway received the request: without a custom
 * domain it differs from the public URL, and so it does behind CloudFront.
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
  const { origin: publicOrigin, protocol } = new URL(publicUrl); // normalised as browsers send it
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
