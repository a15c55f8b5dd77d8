import type { LoadRequest } from './http-load.ts';

/** What one operation sends: a request, and maybe another that the answer to it is needed for. */
export interface Operation extends LoadRequest {
  followUp?: (answer: string) => LoadRequest;
}

/** How one flow is measured. */
export interface Scenario {
  flow: string;
  /** Measured operations; those that hash are dear. */
  count: number;
  status: number;
  /** CPU milliseconds that the flow shall stay under, beyond its hashes and the signatures that are named here. */
  aimMs: number | null;
  hashes: number;
  /** Of access tokens; named only where the aim speaks of the flow without them. */
  signatures?: number;
  /** Of an operation; one where nothing is said. */
  requests?: number;
  /** Makes the operations, some more than are counted. */
  prepare(count: number): Promise<(index: number) => Operation>;
}

/** The session of somebody who is signed in. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  account_id: string;
}

export const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

export const post = (path: string, body: object, token?: string): LoadRequest => ({
  method: 'POST',
  path,
  headers: { ...JSON_TYPE, ...(token !== undefined && bearer(token)) },
  body: JSON.stringify(body),
});
export const form = (path: string, body: Record<string, string>): LoadRequest => ({
  method: 'POST',
  path,
  headers: FORM_TYPE,
  body: new URLSearchParams(body).toString(),
});

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** How many operations are measured of a flow that doesn't hash, and of one that does. */
export const CHEAP = 1500;
export const DEAR = 160;

/** Makes so many, one after the other. */
export const all = async <T>(count: number, one: (index: number) => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  for (let index = 0; index < count; index += 1) made.push(await one(index));
  return made;
};

/** Takes them in turn. */
export const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
