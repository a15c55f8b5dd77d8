import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteCase } from '../support/fixtures.ts';
import { loadEvent } from '../support/load-event.ts';
import type { Holdings } from './holdings.ts';
import type { Damage, FuzzRequest, Value } from './requests.ts';

const plain = (value: Value, holdings: Holdings): unknown => {
  if ('held' in value) return holdings[value.held];
  if ('json' in value) return value.json;
  // Made by definition, so that `__proto__` is a member as any other.
  const made = {};
  for (const [name, inner] of value.members)
    Object.defineProperty(made, name, { value: plain(inner, holdings), enumerable: true, configurable: true });
  return made;
};

/** As a text that may be in a header or a path. */
const asText = (value: Value, holdings: Holdings): string => {
  const one = plain(value, holdings);
  return typeof one === 'string' ? one : JSON.stringify(one);
};

const asForm = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, one]) => {
          const text = typeof one === 'string' ? one : (JSON.stringify(one) ?? '');
          return `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(text.toWellFormed())}`;
        })
        .join('&')
    : String(value);

const DAMAGES: Record<Damage['kind'], (bytes: Buffer, at: number) => Buffer> = {
  none: (bytes) => bytes,
  cut: (bytes, at) => bytes.subarray(0, at % (bytes.length + 1)),
  flip: (bytes, at) =>
    Buffer.from(bytes.map((byte, index) => (index === at % Math.max(1, bytes.length) ? byte ^ 0x80 : byte))),
  mark: (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  twice: (bytes) => Buffer.concat([bytes, bytes]),
};

const TYPES: Record<FuzzRequest['encoding'], string | undefined> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded; charset=utf-8',
  'merge-patch': 'application/merge-patch+json',
  text: 'text/plain',
  none: undefined,
};

/** Makes the event of a generated request, out of what the client holds now. */
export const fillIn = (
  { fixture, route }: RouteCase,
  { body, encoding, isBase64, damage, headers, path, query }: FuzzRequest,
  holdings: Holdings,
): APIGatewayProxyEventV2 => {
  const value = plain(body, holdings);
  const written = encoding === 'form' ? asForm(value) : (JSON.stringify(value) ?? '');
  const bytes = DAMAGES[damage.kind](Buffer.from(written), damage.at);
  const { cookie, authorization, ...others } = headers;
  const queried = Object.entries(query).map(([name, one]) => [name, asText(one, holdings)] as const);
  const parameter = /\{(\w+)\+?\}/.exec(route.path)?.[1];
  const text = asText(path, holdings);
  return loadEvent(fixture, {
    body: encoding === 'none' ? undefined : isBase64 ? bytes.toString('base64') : bytes.toString('utf8'),
    isBase64Encoded: encoding !== 'none' && isBase64,
    'headers.content-type': TYPES[encoding],
    'headers.if-match': undefined,
    'headers.if-none-match': undefined,
    'headers.authorization': authorization && `Bearer ${asText(authorization, holdings)}`,
    ...Object.fromEntries(Object.entries(others).map(([name, one]) => [`headers.${name}`, asText(one, holdings)])),
    cookies: cookie && [`__Host-verification=${asText(cookie, holdings)}`],
    ...(parameter !== undefined && {
      [`pathParameters.${parameter}`]: text,
      rawPath: route.path.replace(/\{.*\}/, () => text),
      'requestContext.http.path': route.path.replace(/\{.*\}/, () => text),
    }),
    queryStringParameters: queried.length > 0 ? Object.fromEntries(queried) : undefined,
    rawQueryString: new URLSearchParams(
      Object.fromEntries(queried.map(([name, one]) => [name, one.toWellFormed()])),
    ).toString(),
  });
};
