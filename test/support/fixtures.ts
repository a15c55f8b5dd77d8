import { readdirSync } from 'node:fs';
import * as manifest from '../../functions/manifest.ts';
import type { BodyFormat, Contract, HttpContract, Route } from '../../shared/contract/contract.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from './load-event.ts';

const folder = new URL('../events/', import.meta.url);

/** Names of all fixtures, `<flow>/<case>`. */
export const fixtureNames = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();

/** Every flow over HTTP. */
export const httpContracts = (Object.values(manifest) as Contract[]).filter(
  (contract): contract is HttpContract => contract.trigger === 'http',
);

/** Names of the fixtures for those flows. */
export const httpFixtureNames = (): string[] =>
  fixtureNames().filter((name) => httpContracts.some(({ flow }) => name.startsWith(`${flow}/`)));

/** A route of the manifest, with a fixture for it. */
export interface RouteCase {
  contract: HttpContract;
  route: Route;
  /** `POST /accounts` */
  routeKey: string;
  fixture: string;
}

/** Every route of the manifest with its first fixture. @throws Error for a route without one */
export const everyRoute = (): RouteCase[] => {
  const keyed = httpFixtureNames().map((name) => ({ name, routeKey: loadEvent(name).routeKey }));
  return httpContracts.flatMap((contract) =>
    contract.routes.map((route) => {
      const routeKey = `${route.method} ${route.path}`;
      const found = keyed.find((one) => one.routeKey === routeKey && one.name.startsWith(`${contract.flow}/`));
      if (!found) throw new Error(`no fixture calls ${routeKey}`);
      return { contract, route, routeKey, fixture: found.name };
    }),
  );
};

/** The fields that a fixture sends, in any format. */
export const fieldsOf = (fixture: string): Record<string, unknown> => {
  const { body = '', isBase64Encoded } = loadEvent(fixture);
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  return text.startsWith('{')
    ? (JSON.parse(text) as Record<string, unknown>)
    : Object.fromEntries(new URLSearchParams(text));
};

const MERGE_PATCH = { 'headers.content-type': 'application/merge-patch+json' };

/** Makes an event carry these fields in a format. @param fields a string is sent as it is */
export const bodyAs = (format: BodyFormat, fields: Record<string, unknown> | string): EventChanges => {
  if (format === 'form') return formBody(fields as Record<string, string> | string);
  return { ...jsonBody(fields), ...(format === 'merge-patch' && MERGE_PATCH) };
};

/** Makes an event come from another address. */
export const fromSource = (sourceIp: string): EventChanges => ({ 'requestContext.http.sourceIp': sourceIp });

let sources = 0;

/** Makes an event come from a source network that no other has come from in the suite. */
export const newSource = (): EventChanges => {
  sources += 1;
  return fromSource(`198.18.${Math.floor(sources / 256)}.${sources % 256}`);
};

/** Makes an event come from a session's owner, about their own account. */
export const asOwner = ({ access_token, account_id }: { access_token: string; account_id: string }): EventChanges => ({
  ...bearer(access_token),
  'pathParameters.user_id': account_id,
});
