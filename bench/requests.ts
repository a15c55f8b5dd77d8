import type { LoadRequest } from './http-load.ts';

/** The session of somebody who is signed in. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  account_id: string;
}

export const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

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
