import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isFresh, type Principal } from '../../account/principal.ts';
import { type HttpContract, readsAuthorization } from '../../contract/contract.ts';
import { problem } from '../../contract/problems.ts';
import { sourceNetwork } from '../../limits/source-network.ts';
import type { Clock } from '../../primitives/clock.ts';
import { acceptedLocales } from '../../primitives/language.ts';
import type { AccessTokenVerifier } from '../../session/access-tokens.ts';
import { bearerToken } from '../bearer.ts';
import { readBody } from '../body.ts';
import { cookiesOf } from '../cookies.ts';
import { sourceIpOf } from '../source-ip.ts';
import { validate } from '../validate.ts';
import { isWellFormedRequest } from '../well-formed.ts';
import type { ContextMiddleware } from './request-context.ts';

interface Authentication {
  contract: HttpContract;
  /** The token of the Authorization header. */
  token: string | null;
  verifier: AccessTokenVerifier | null;
}

interface Authorization {
  contract: HttpContract;
  principal: Principal;
  pathParameters: APIGatewayProxyEventV2['pathParameters'];
  nowSeconds: number;
}

const authenticate = async ({ contract, token, verifier }: Authentication): Promise<Principal | null> => {
  if (contract.caller === 'anyone') return null;
  const principal = token && verifier ? await verifier.verify(token) : null;
  if (!principal) throw problem('unauthenticated');
  return principal;
};

/** What a principal may not do is refused after the log knows who it is (ASVS 16.3.2). */
const authorize = ({ contract, principal, pathParameters, nowSeconds }: Authorization): void => {
  if (contract.caller === 'fresh-session' && !isFresh(principal, nowSeconds)) throw problem('fresh-session-required');
  // Somebody else's id and nobody's answer the same: ids can't be tried out.
  if (contract.caller === 'own-session' && pathParameters?.user_id !== principal.accountId) throw problem('not-found');
};

/**
 * Makes of the gateway's event what the flow works with: authenticated first, then parsed, then held against the contract.
 *
 * @param isBehindEdge whether CloudFront stands before the API, and nothing may come past it
 * @param verifier given the wiring's verifier; `null` for a flow that anybody may call
 */
export const toFlowRequest = ({
  contract,
  clock,
  isBehindEdge,
  verifier,
}: {
  contract: HttpContract;
  clock: Clock;
  isBehindEdge: boolean;
  verifier: () => Promise<AccessTokenVerifier | null>;
}): ContextMiddleware => ({
  before: async (request) => {
    const event = request.internal.received;
    const { http, requestId } = event.requestContext;
    const sourceIp = sourceIpOf(event, isBehindEdge); // before all else: what came past the edge gets nothing done
    if (!isWellFormedRequest(event)) throw problem('invalid-request');
    const bearer = readsAuthorization(contract) ? bearerToken(event.headers.authorization) : null;
    const principal = await authenticate({ contract, token: bearer, verifier: await verifier() });
    if (principal) {
      request.internal.accountId = principal.accountId;
      const { pathParameters } = event;
      authorize({ contract, principal, pathParameters, nowSeconds: clock.nowSeconds() });
    }

    const route = contract.routes.find(({ method, path }) => event.routeKey === `${method} ${path}`);
    if (!route) throw problem('not-found');
    const body = contract.request && route.accepts ? validate(contract.request, readBody(event, route)) : undefined;

    request.event = {
      requestId,
      method: http.method,
      path: event.rawPath,
      body,
      pathParameters: event.pathParameters ?? {},
      query: event.queryStringParameters ?? {},
      principal,
      bearer,
      cookies: cookiesOf(event.cookies),
      sourceIp,
      sourceNetwork: sourceNetwork(sourceIp),
      locales: acceptedLocales(event.headers['accept-language']),
      ifMatch: event.headers['if-match'],
    };
  },
});
