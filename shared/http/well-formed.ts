import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type Strings = Readonly<Record<string, string | undefined>>;

const PERCENT_ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;

const isTextThroughout = (strings: Strings = {}): boolean => {
  for (const name in strings) if (!name.isWellFormed() || strings[name]?.isWellFormed() === false) return false;
  return true;
};

/** Whether a query's percent-encoding is UTF-8; the gateway's own decoder would replace invalid bytes by U+FFFD. */
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
 * Whether path, query, headers and cookies are well-formed Unicode. Lone surrogates are refused for all fields at once:
 * a store or a mail would fail on them or replace them by U+FFFD, which makes different texts equal.
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
