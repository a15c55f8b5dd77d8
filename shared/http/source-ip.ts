import { isIP } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { EDGE } from '../settings/edge.ts';

/** The request did not come through CloudFront although the function is behind it; becomes a bare 500. */
class NotThroughEdge extends Error {
  override readonly name = 'NotThroughEdge';
}

interface GuardedContext {
  authorizer?: { lambda?: { via?: unknown } | null };
}

/**
 * The caller's address, for limits, sessions and the security history.
 *
 * Clients can send any header, so without the edge only the TCP peer counts. Behind the edge the peer is CloudFront, so
 * the header that CloudFront overwrites counts, but only if the guard let the request through: a direct call could have
 * set it itself.
 *
 * @param isBehindEdge whether CloudFront is in front of the API
 * @throws NotThroughEdge behind the edge, without the guard's pass or a valid address
 */
export const sourceIpOf = (
  { headers, requestContext }: Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>,
  isBehindEdge: boolean,
): string => {
  if (!isBehindEdge) return requestContext.http.sourceIp;
  const { authorizer } = requestContext as GuardedContext;
  const viewerIp = headers[EDGE.viewerHeader] ?? '';
  if (authorizer?.lambda?.via !== EDGE.pass.via || isIP(viewerIp) === 0) throw new NotThroughEdge();
  return viewerIp;
};
