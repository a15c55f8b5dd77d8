import { isIP } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { EDGE } from '../settings/edge.ts';

/** A request stands before a function that should be behind the edge and did not come through it; it becomes a bare 500. */
class NotThroughEdge extends Error {
  override readonly name = 'NotThroughEdge';
}

interface GuardedContext {
  authorizer?: { lambda?: { via?: unknown } | null };
}

/**
 * Who called: the one rule for limits, sessions and the security history.
 *
 * A client can write any header, so that without the edge the TCP peer alone counts. Behind the edge the peer is CloudFront, for
 * everybody; its own header counts then, and only of a request that the guard let through, because nobody else could have
 * been sure to write over what the client put there.
 *
 * @param isBehindEdge whether CloudFront stands before the API
 * @throws NotThroughEdge where it does, and the request has no pass or no address of anybody
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
