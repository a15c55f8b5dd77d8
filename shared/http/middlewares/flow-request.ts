import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isFresh, type Principal } from '../../account/principal.ts';
import type { SignedRequest } from '../../callers/signed-request.ts';
import type { TrustedCallers } from '../../callers/trusted-callers.ts';
import { actionOf } from '../../contract/bound-action.ts';
import { CAPTCHA_MEMBER } from '../../contract/captcha.ts';
import type { HttpContract } from '../../contract/contract.ts';
import { gatewayRoutesOf, UNMATCHED_ROUTE_KEY } from '../../contract/gateway-routes.ts';
import { isUnsafe } from '../../contract/kept-answers.ts';
import { problem } from '../../contract/problems.ts';
import { readsAuthorization } from '../../contract/reads-authorization.ts';
import { isBindable, STEP_UP_HEADER } from '../../contract/step-up.ts';
import { KEEPS_NOTHING } from '../../idempotency/answer-keeper.ts';
import { readIdempotencyKey } from '../../idempotency/idempotency-key.ts';
import { sourceNetwork } from '../../limits/source-network.ts';
import type { Clock } from '../../primitives/clock.ts';
import { sha256OfBytes } from '../../primitives/digest.ts';
import { acceptedLocales } from '../../primitives/language.ts';
import type { AccessTokenVerifier } from '../../session/access-tokens.ts';
import type { StepUps } from '../../session/step-ups.ts';
import { optionalMembersOf } from '../absent-members.ts';
import { acceptsHtml } from '../accepts-html.ts';
import { bearerToken } from '../bearer.ts';
import { bytesOf, readBody } from '../body.ts';
import { cookiesOf } from '../cookies.ts';
import { makeRequestProof, NO_PROOF, type RequestProof } from '../request-proof.ts';
import { sourceIpOf } from '../source-ip.ts';
import { validate } from '../validate.ts';
import { viewerCountryOf } from '../viewer-country.ts';
import { isWellFormedRequest } from '../well-formed.ts';
import type { ContextMiddleware } from './request-context.ts';

interface Authentication {
  contract: HttpContract;
  /** The bearer token. */
  token: string | null;
  verifier: AccessTokenVerifier | undefined;
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

/**
 * Parts a captcha's response from the body: it shows what the client is, not what is asked. So a repeat with an Idempotency-Key
 * may have another.
 */
const partCaptcha = (body: unknown): { body: unknown; token: string | null } => {
  if (typeof body !== 'object' || body === null || !(CAPTCHA_MEMBER in body)) return { body, token: null };
  const { [CAPTCHA_MEMBER]: token, ...others } = body as { [CAPTCHA_MEMBER]?: string };
  return { body: others, token: token ?? null };
};

/** The parts of an event that a signature can cover. CloudFront and API Gateway change its host, so that is the public one. */
const signedParts = (event: APIGatewayProxyEventV2, publicUrl: string): SignedRequest => {
  const { rawPath, rawQueryString, headers, body = '' } = event;
  const hasQuery = rawQueryString !== '';
  return {
    method: event.requestContext.http.method,
    targetUri: `${publicUrl}${rawPath}${hasQuery ? `?${rawQueryString}` : ''}`,
    hasQuery,
    headers,
    hasBody: body !== '',
    body: () => bytesOf(event),
  };
};

/** @param isRepeatable whether it has an Idempotency-Key */
const proofOf = (
  event: APIGatewayProxyEventV2,
  { stepUps, isRepeatable }: { stepUps: StepUps | undefined; isRepeatable: boolean },
): RequestProof => {
  const token = event.headers[STEP_UP_HEADER];
  if (token === undefined || !stepUps) return NO_PROOF;
  const action = actionOf(event.routeKey, event.pathParameters ?? {});
  return makeRequestProof({ stepUps, token, action, bodySha256: () => sha256OfBytes(bytesOf(event)), isRepeatable });
};

/** Refuses after the log has the account's id (ASVS 16.3.2). */
const authorize = ({ contract, principal, pathParameters, nowSeconds }: Authorization): void => {
  if (contract.caller === 'fresh-session' && !isFresh(principal, nowSeconds)) throw problem('fresh-session-required');
  // The same answer for another account's id and for an unknown one, so that ids can't be enumerated. In capitals, as Swift
  // writes a UUID, it is the same one (RFC 9562 §4).
  if (contract.caller === 'own-session' && pathParameters?.user_id?.toLowerCase() !== principal.accountId)
    throw problem('not-found');
};

/**
 * Turns API Gateway's event into the flow's request: authenticates, then parses, then validates.
 *
 * @param isBehindEdge whether CloudFront is in front of the API, and direct calls are refused
 * @param tellsCountry whether CloudFront also tells the country of each caller
 * @param publicUrl origin at which callers address the API
 * @param connected what the flow's wiring has for the layer
 */
export const toFlowRequest = ({
  contract,
  clock,
  isBehindEdge,
  tellsCountry,
  publicUrl,
  connected,
}: {
  contract: HttpContract;
  clock: Clock;
  isBehindEdge: boolean;
  tellsCountry: boolean;
  publicUrl: string;
  connected: () => Promise<{ accessTokens?: AccessTokenVerifier; trustedCallers?: TrustedCallers; stepUps?: StepUps }>;
}): ContextMiddleware => {
  const optionalMembers = optionalMembersOf(contract.request);
  const routes = new Map(gatewayRoutesOf(contract).map(({ method, path, route }) => [`${method} ${path}`, route]));
  const before: ContextMiddleware['before'] = async (request) => {
    const event = request.internal.received;
    const { http, requestId } = event.requestContext;
    const sourceIp = sourceIpOf(event, isBehindEdge); // first: refuses a request that bypassed the edge
    if (!isWellFormedRequest(event)) throw problem('invalid-request', { detail: 'ill-formed-request' });
    const bearer = readsAuthorization(contract) ? bearerToken(event.headers.authorization) : null;
    const { accessTokens: verifier, trustedCallers, stepUps } = await connected();
    const named = trustedCallers ? await trustedCallers.readNamed(signedParts(event, publicUrl)) : null;
    if (named) request.internal.signedBy = named.signedBy;
    const caller = await authenticate({ contract, token: bearer, verifier });
    const isRepeatable = event.headers['idempotency-key'] !== undefined;
    const proof = isBindable(contract) ? proofOf(event, { stepUps, isRepeatable }) : NO_PROOF;
    if (caller) request.internal.accountId = caller.accountId;
    const principal = caller && (await proof.prove(caller));
    if (principal) {
      const { pathParameters } = event;
      authorize({ contract, principal, pathParameters, nowSeconds: clock.nowSeconds() });
    }

    const route = routes.get(event.routeKey);
    if (!route && !(contract.unmatched && event.routeKey === UNMATCHED_ROUTE_KEY)) throw problem('not-found');
    const idempotencyKey = route && isUnsafe(route) ? readIdempotencyKey(event.headers['idempotency-key']) : null;
    const read =
      contract.request && route?.accepts
        ? validate(contract.request, readBody(event, route, optionalMembers))
        : undefined;
    const { body, token } = partCaptcha(read);

    request.event = {
      requestId,
      method: http.method,
      routeKey: event.routeKey,
      path: event.rawPath,
      body,
      pathParameters: event.pathParameters ?? {},
      query: event.queryStringParameters ?? {},
      principal,
      bearer,
      cookies: cookiesOf(event.cookies),
      sourceIp,
      country: viewerCountryOf(event, tellsCountry),
      sourceNetwork: sourceNetwork(named?.address ?? sourceIp),
      captcha: { token, sourceIp: named ? null : sourceIp },
      acceptsHtml: acceptsHtml(event.headers),
      locales: acceptedLocales(event.headers['accept-language']),
      userAgent: event.headers['user-agent'],
      ifMatch: event.headers['if-match'],
      ifNoneMatch: event.headers['if-none-match'],
      idempotencyKey,
      proof,
      keeper: proof.keeping(KEEPS_NOTHING),
    };
  };
  return { before };
};
