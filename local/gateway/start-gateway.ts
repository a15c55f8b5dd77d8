import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { UNMATCHED_ROUTE_KEY } from '../../shared/contract/gateway-routes.ts';
import { PROBLEM_TYPE } from '../../shared/http/reply.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { allowedRequestHeaders, CORS, canGatewayAnswerPreflights } from '../../shared/settings/cors.ts';
import { type Listening, listeningAt } from '../own-host.ts';
import { matchRoute, type RouteTarget } from './match-route.ts';
import { toEvent } from './to-event.ts';

/** A Lambda handler, as the gateway calls it. */
export type GatewayHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<unknown>;

/** API Gateway's limit on a request's body, and Lambda's on an event. */
const BODY_MAX_BYTES = 10 * 1024 * 1024;
const EVENT_MAX_BYTES = 6 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 30_000;

/** Time for requests under way at a stop; a client that never finishes would otherwise block the stop. */
const CLOSE_WITHIN_MS = 10_000;

/** A running gateway. */
export interface Gateway {
  port: number;
  /** Stops after the requests under way are answered. */
  close(): Promise<void>;
}

const readBytes = async (request: IncomingMessage): Promise<Buffer | null> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const answerItself = (response: ServerResponse, status: number, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'apigw-requestid': randomUUID() });
  response.end(JSON.stringify({ message }));
};

/** API Gateway answers just "Forbidden"; a developer needs to know what to do. @see RFC 9457 */
const refuseHost = (response: ServerResponse, { isOpen, names }: Listening): void => {
  response.writeHead(403, { 'content-type': PROBLEM_TYPE, 'apigw-requestid': randomUUID() });
  const otherwise = isOpen ? '' : ', or start it with HOST=0.0.0.0 for a phone, an emulator or a container';
  const detail = `On a laptop the service answers to ${names} only. Call it by one of these names${otherwise}.`;
  response.end(JSON.stringify({ title: 'Forbidden', status: 403, detail }));
};

const contextOf = (event: APIGatewayProxyEventV2, clock: Clock): Context => {
  const deadline = event.requestContext.timeEpoch + INTEGRATION_TIMEOUT_MS;
  return {
    awsRequestId: event.requestContext.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: event.routeKey,
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:laptop',
    memoryLimitInMB: '512',
    logGroupName: '',
    logStreamName: '',
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.nowMs()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
};

/** In payload format 2.0, a result without a status code is the body of a 200. */
const asStructured = (result: unknown): APIGatewayProxyStructuredResultV2 =>
  typeof result === 'object' && result !== null && 'statusCode' in result
    ? (result as APIGatewayProxyStructuredResultV2)
    : { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) };

const sendResult = (response: ServerResponse, requestId: string, result: APIGatewayProxyStructuredResultV2): void => {
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  if (result.cookies) response.setHeader('set-cookie', result.cookies);
  response.setHeader('apigw-requestid', requestId);
  // The length that the answer with its body would have is not known here (RFC 9110 §8.6).
  const isWithoutBody = result.statusCode === 204 || result.statusCode === 304 || response.req.method === 'HEAD';
  if (!isWithoutBody) response.setHeader('content-length', body.length);
  response.writeHead(result.statusCode ?? 200);
  response.end(body);
};

const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** API Gateway answers preflights itself, without CORS headers for an origin that isn't allowed. */
const answerPreflight = (
  request: IncomingMessage,
  response: ServerResponse,
  { allowedOrigins, requestHeaders }: { allowedOrigins: readonly string[]; requestHeaders: readonly string[] },
): void => {
  const { origin = '' } = request.headers;
  response.writeHead(
    204,
    allowedOrigins.includes(origin)
      ? {
          'access-control-allow-origin': origin,
          'access-control-allow-methods': CORS.methods.join(', '),
          'access-control-allow-headers': allowedRequestHeaders(requestHeaders).join(', '),
          'access-control-max-age': String(CORS.preflightSeconds),
        }
      : {},
  );
  response.end();
};

const decodedPath = (rawPath: string): string | null => {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return null;
  }
};

/**
 * Starts a gateway that behaves as API Gateway's HTTP API does, its own error answers included. It accepts only this machine's host
 * names.
 *
 * @param listening 127.0.0.1 unless given
 * @param port 0 for any free port
 * @param requestHeaders what pages may send beside the headers of {@link CORS}
 * @param unmatched the target of the `$default` route; the gateway answers 404 itself without one
 */
export const startGateway = async ({
  listening = listeningAt('127.0.0.1'),
  port,
  routes,
  unmatched,
  allowedOrigins,
  requestHeaders = [],
  clock = systemClock,
}: {
  listening?: Listening;
  port: number;
  routes: readonly RouteTarget<GatewayHandler>[];
  unmatched?: GatewayHandler;
  allowedOrigins: readonly string[];
  requestHeaders?: readonly string[];
  clock?: Clock;
}): Promise<Gateway> => {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!listening.isOwnHost(request.headers.host, request.socket.localAddress)) return refuseHost(response, listening);
    if (isPreflight(request) && canGatewayAnswerPreflights(allowedOrigins))
      return answerPreflight(request, response, { allowedOrigins, requestHeaders });

    const [rawPath = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s);
    const path = URL.canParse(rawPath, 'http://gateway') ? decodedPath(rawPath) : null;
    if (path === null) return answerItself(response, 400, 'Bad Request');
    const match =
      matchRoute(routes, request.method ?? '', path) ??
      (unmatched && { routeKey: UNMATCHED_ROUTE_KEY, pathParameters: {}, target: unmatched });
    const bytes = await readBytes(request);
    if (bytes === null || bytes.length > EVENT_MAX_BYTES)
      return answerItself(response, 413, 'Request Entity Too Large');
    if (!match) return answerItself(response, 404, 'Not Found');

    const event = toEvent({ request, bytes, path, rawQueryString, match, port: boundPort(), nowMs: clock.nowMs() });
    try {
      const result = asStructured(await match.target(event, contextOf(event, clock)));
      sendResult(response, event.requestContext.requestId, result);
    } catch {
      answerItself(response, 500, 'Internal Server Error');
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy()); // the client disconnected while sending its body
  });
  const boundPort = (): number => (server.address() as AddressInfo | null)?.port ?? port;

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, listening.host, resolve);
  });

  return {
    port: boundPort(),
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};
