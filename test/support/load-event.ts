import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Changes to a fixture: dotted paths to new values; `undefined` removes a field. */
export type EventChanges = Readonly<Record<string, unknown>>;

const setAt = (target: Record<string, unknown>, path: readonly string[], value: unknown): void => {
  const [head = '', ...rest] = path;
  if (rest.length > 0) {
    target[head] ??= {};
    setAt(target[head] as Record<string, unknown>, rest, value);
  } else if (value === undefined) delete target[head];
  else target[head] = value;
};

/**
 * Loads an event of test/events, in AWS's format.
 *
 * @param name `<flow>/<case>`
 */
export const loadEvent = <Event = APIGatewayProxyEventV2>(name: string, changes: EventChanges = {}): Event => {
  const file = new URL(`../events/${name}.json`, import.meta.url);
  const event = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  // Paths split at dots, because no header name in a fixture contains one.
  for (const [path, value] of Object.entries(changes)) setAt(event, path.split('.'), value);
  return event as Event;
};

/** Makes an event carry this JSON. */
export const jsonBody = (value: unknown): EventChanges => ({
  body: typeof value === 'string' ? value : JSON.stringify(value),
  isBase64Encoded: false,
  'headers.content-type': 'application/json',
});

/** Makes an event carry this form, as the Dart `http` package encodes a map and API Gateway passes it on. */
export const formBody = (fields: Readonly<Record<string, string>> | string): EventChanges => ({
  body: Buffer.from(typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()).toString('base64'),
  isBase64Encoded: true,
  'headers.content-type': 'application/x-www-form-urlencoded; charset=utf-8',
});

/** Makes an event come from a signed-in caller. */
export const bearer = (accessToken: string): EventChanges => ({ 'headers.authorization': `Bearer ${accessToken}` });
