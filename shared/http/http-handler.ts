import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { TrustedCallers } from '../callers/trusted-callers.ts';
import type { HttpContract } from '../contract/contract.ts';
import { connectOnce } from '../lambda/connect-once.ts';
import type { Runtime } from '../lambda/runtime.ts';
import type { AccessTokenVerifier } from '../session/access-tokens.ts';
import type { StepUps } from '../session/step-ups.ts';
import type { HttpSetting } from '../settings/contract-settings.ts';
import type { SettingsOf } from '../settings/setting-names.ts';
import type { FlowRequest } from './flow-request.ts';
import { compressLarge } from './middlewares/compress-large.ts';
import { toFlowRequest } from './middlewares/flow-request.ts';
import { pageAnswers } from './middlewares/page-answers.ts';
import { problemAnswers } from './middlewares/problem-answers.ts';
import { refuseCrossOrigin } from './middlewares/refuse-cross-origin.ts';
import type { RequestContext } from './middlewares/request-context.ts';
import { requestLog } from './middlewares/request-log.ts';
import { responseHeaders } from './middlewares/response-headers.ts';
import type { Reply } from './reply.ts';

/** A flow once its clients and keys are there. */
export interface Connected<Body> {
  answer(request: FlowRequest<Body>): Promise<Reply>;
  /** Left out by flows without authentication. */
  accessTokens?: AccessTokenVerifier;
  /** Left out by flows that read no named address, and where no caller is trusted. */
  trustedCallers?: TrustedCallers;
  /** Left out by flows that ask for no fresh proof. */
  stepUps?: StepUps;
}

/** What the gateway calls. */
export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

const asResult = ({
  statusCode,
  headers,
  cookies,
  body,
  isBase64Encoded,
}: Reply): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers,
  ...(cookies && { cookies }),
  ...(body !== null && { body, isBase64Encoded: isBase64Encoded ?? false }),
});

/** API Gateway leaves out what a request hasn't got; what stands in for it, in tests and adapters, may write `null`. */
const withoutNulls = <Event extends object>(event: Event): Event =>
  Object.values(event).includes(null)
    ? (Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)) as Event)
    : event;

/**
 * Makes a Lambda handler of a flow.
 *
 * @param connect opens what the flow needs; begun at cold start, and again at the next request after a failure
 */
export const httpHandler = <Request extends z.ZodMiniType>({
  contract,
  runtime,
  connect,
}: {
  contract: HttpContract<Request>;
  runtime: Runtime<SettingsOf<HttpSetting>>;
  connect: () => Promise<Connected<z.infer<Request>>>;
}): HttpHandler => {
  const { clock, log, config, hooks, requesters } = runtime;
  const { allowedOrigins, allowedRequestHeaders, publicUrl, deployment } = config.settings;
  const { enabled: isBehindEdge, viewerCountry } = deployment.edge;
  const tellsCountry = isBehindEdge && viewerCountry;
  const connected = connectOnce(connect);
  /** Before the caller is known: keys that have come into use since the last request may have signed the token. */
  const ready = async (): Promise<Connected<z.infer<Request>>> => {
    const made = await connected();
    await hooks.beforeInvoke();
    return made;
  };

  const stack = middy<APIGatewayProxyEventV2 | FlowRequest, Reply, Error, Context, RequestContext>()
    // middy runs what comes after the handler backwards: the log sees the answer that was really given.
    .use(requestLog({ flow: contract.flow, clock, log }))
    .use(responseHeaders({ contract, allowedOrigins, allowedRequestHeaders, publicUrl }))
    .use(compressLarge())
    .use(pageAnswers(contract))
    .use(problemAnswers())
    .use(refuseCrossOrigin({ allowedOrigins, publicUrl }))
    .use(toFlowRequest({ contract, clock, isBehindEdge, tellsCountry, publicUrl, connected: ready }))
    .handler(async (event) => {
      const request = event as FlowRequest<z.infer<Request>>;
      const { answer } = await connected();
      return requesters.serve(request, () => answer(request));
    });

  return async (event, context) => {
    const reply = await stack(withoutNulls(event), context);
    await hooks.afterInvoke(); // with the answer the process may be frozen
    // The same status and headers, no body (RFC 9110 §9.3.2).
    return asResult(event.requestContext.http.method === 'HEAD' ? { ...reply, body: null } : reply);
  };
};
