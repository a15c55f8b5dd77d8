import type { TableName } from '../../shared/contract/contract.ts';

/** A request as it goes over the wire. */
export interface ServiceRequest {
  method: string;
  /** With its query, where it has one. */
  path: string;
  /** Names in lower case. */
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/**
 * The service as the catalogue uses it to prepare a request. How requests travel, and how time passes, is the business
 * of who draws on the catalogue: attack suites, benchmark, probes of a deployment.
 */
export interface Service {
  /** Sends a request and returns the parsed answer. @throws Error where it is not answered 200 */
  // biome-ignore lint/suspicious/noExplicitAny: requests are prepared with answers of every shape
  ask(request: ServiceRequest): Promise<any>;
  /** Does what sends a message to an address or number, and returns the message's text. */
  receive(to: string, act: () => Promise<unknown>): Promise<string>;
  /** An address without an account. */
  newEmail(): string;
  /** A number without an account, in E.164. */
  newPhoneNumber(): string;
  nowSeconds(): number;
  pause(seconds: number): Promise<void>;
  /** Lets pass what an account waits for: the next code by SMS, and the next code of its apps. */
  passWaits(accountId: string): Promise<void>;
}

/** Rows that mention an account. */
interface WantedRows {
  table: TableName;
  firstWord: string;
  sortKey: string;
  accountId: string;
}

/** A service whose rows can be changed, as an older release or other settings left them. */
export interface ServiceWithRows extends Service {
  /** Changes rows; a member set to undefined is removed. @throws Error where there is none */
  editRows(wanted: WantedRows, change: object): Promise<void>;
  putRow(table: TableName, row: object): Promise<void>;
}

const JSON_TYPE = 'application/json';
const MERGE_PATCH_TYPE = 'application/merge-patch+json';
/** As the Dart `http` package sends a map. */
const FORM_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

const headersOf = (token?: string, contentType?: string): Record<string, string> => ({
  ...(contentType !== undefined && { 'content-type': contentType }),
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
});

/** A request without a body. @param token an access or challenge token */
export const bare = (method: string, path: string, token?: string): ServiceRequest => ({
  method,
  path,
  headers: headersOf(token),
});

const sendJson = (
  method: string,
  path: string,
  { body, token, contentType = JSON_TYPE }: { body: object; token?: string | undefined; contentType?: string },
): ServiceRequest => ({ method, path, headers: headersOf(token, contentType), body: JSON.stringify(body) });

/** A POST of JSON. @param token an access or challenge token */
export const post = (path: string, body: object, token?: string): ServiceRequest =>
  sendJson('POST', path, { body, token });

/** A PUT of JSON. */
export const put = (path: string, body: object, token: string): ServiceRequest =>
  sendJson('PUT', path, { body, token });

/** A PATCH that merges (RFC 7396). */
export const mergePatch = (path: string, body: object, token: string): ServiceRequest =>
  sendJson('PATCH', path, { body, token, contentType: MERGE_PATCH_TYPE });

/** A POST of a form. */
export const form = (path: string, body: Record<string, string>): ServiceRequest => ({
  method: 'POST',
  path,
  headers: headersOf(undefined, FORM_TYPE),
  body: new URLSearchParams(body).toString(),
});
