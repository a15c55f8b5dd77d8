import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type Strings = Readonly<Record<string, string | undefined>>;

const PERCENT_ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;

const isTextThroughout = (strings: Strings = {}): boolean => {
  for (const name in strings) if (!name.isWellFormed() || strings[name]?.isWellFormed() === false) return false;
  return true;
};

/** Whether what a query has percent-encoded is UTF-8; the gateway's own decoder puts U+FFFD in the place of what isn't. */
const isUtf8Throughout = (rawQueryString: string): boolean => {
  if (!rawQueryString.includes('%')) return true;
  try {
    for (const [octets] of rawQueryString.matchAll(PERCENT_ENCODED)) decodeURIComponent(octets);
    return true;
  } catch {
    return false;
  }
};

/**
 * Whether all text of a request but its body is well-formed Unicode: path, query, headers, cookies. What has half a character
 * is refused at the border, once and for all fields: a store or a mail would fail on it or put U+FFFD there, which makes two
 * different texts one.
 *
 * @see Unicode Standard §3.9, D84; RFC 3629 §3
 */
export const isWellFormedRequest = ({
  rawPath,
  rawQueryString,
  headers,
  cookies = [],
  pathParameters,
  queryStringParameters,
}: APIGatewayProxyEventV2): boolean =>
  rawPath.isWellFormed() &&
  rawQueryString.isWellFormed() &&
  isUtf8Throughout(rawQueryString) &&
  cookies.every((cookie) => cookie.isWellFormed()) &&
  isTextThroughout(headers) &&
  isTextThroughout(pathParameters) &&
  isTextThroughout(queryStringParameters);
