import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { plainAddress } from '../plain-address.ts';
import type { RouteMatch } from './match-route.ts';

/** Bodies of these types come as text; all others, and those without a type, come as base64. */
const TEXT_TYPES =
  /^(?:application\/(?:[\w.-]+\+)?json|application\/(?:[\w.-]+\+)?xml|application\/javascript|text\/)/i;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const utf8 = new TextDecoder('utf-8', { fatal: true });

const pad = (number: number): string => String(number).padStart(2, '0');

/** Common log format, as in `requestContext.time`. */
const clfTime = (at: Date): string =>
  `${pad(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())} +0000`;

/** Names in lower case, duplicates joined by a comma, `cookie` left out. */
const headersOf = (request: IncomingMessage): { headers: Record<string, string>; cookies: string[] } => {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return { headers, cookies };
};

const queryOf = (rawQueryString: string): Record<string, string> | undefined => {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  }
  return rawQueryString === '' ? undefined : query;
};

const bodyOf = (bytes: Buffer, contentType: string | undefined): { body?: string; isBase64Encoded: boolean } => {
  if (bytes.length === 0) return { isBase64Encoded: false };
  if (contentType !== undefined && TEXT_TYPES.test(contentType)) {
    try {
      return { body: utf8.decode(bytes), isBase64Encoded: false };
    } catch {
      // Not valid text: passed on as it came, for the handler to refuse.
    }
  }
  return { body: bytes.toString('base64'), isBase64Encoded: true };
};

/**
 * Makes the event that an HTTP API sends to a function.
 *
 * @param path decoded
 * @see API Gateway developer guide, "Payload format version 2.0"
 */
export const toEvent = ({
  request,
  bytes,
  path,
  rawQueryString,
  match,
  port,
  nowMs,
}: {
  request: IncomingMessage;
  bytes: Buffer;
  path: string;
  rawQueryString: string;
  match: Pick<RouteMatch<unknown>, 'routeKey' | 'pathParameters'>;
  port: number;
  nowMs: number;
}): APIGatewayProxyEventV2 => {
  const { headers, cookies } = headersOf(request);
  const sourceIp = plainAddress(request.socket.remoteAddress);
  const now = new Date(nowMs);
  const query = queryOf(rawQueryString);
  const domainName = headers.host ?? `127.0.0.1:${port}`;
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      'x-forwarded-for': headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${sourceIp}` : sourceIp,
      'x-forwarded-port': String(port),
      'x-forwarded-proto': 'http',
    },
    ...(query && { queryStringParameters: query }),
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'laptop',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? '',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...bodyOf(bytes, headers['content-type']),
  };
};
