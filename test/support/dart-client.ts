import { type RawAnswer, sendRaw } from './raw-http.ts';

/** Headers that the Dart `http` package sends over dart:io, byte for byte. */
const DART_HEADERS = ['user-agent: Dart/3.9 (dart:io)', 'accept-encoding: gzip'];

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

/** `Uri.encodeQueryComponent`: a space becomes a plus; everything except letters, digits and -._~ is escaped. */
const encodeQueryComponent = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

const encodeMap = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${encodeQueryComponent(name)}=${encodeQueryComponent(value)}`)
    .join('&');

/** A client that calls the service as the `http` package does. */
export const makeDartClient = (apiUrl: string, localAddress?: string) => ({
  /** `http.post(uri, body: {…})` */
  postMap: (path: string, fields: Readonly<Record<string, string>>, contentType = FORM): Promise<RawAnswer> =>
    sendRaw(
      apiUrl,
      { line: `POST ${path}`, headers: [...DART_HEADERS, `content-type: ${contentType}`], body: encodeMap(fields) },
      localAddress,
    ),

  /** `http.post(uri, headers: {'Content-Type': …}, body: jsonEncode(…))` */
  postJson: (path: string, value: unknown, contentType = 'application/json; charset=utf-8'): Promise<RawAnswer> =>
    sendRaw(
      apiUrl,
      { line: `POST ${path}`, headers: [...DART_HEADERS, `content-type: ${contentType}`], body: JSON.stringify(value) },
      localAddress,
    ),

  /** `http.put(uri, headers: {'Content-Type': …, 'Authorization': …}, body: jsonEncode(…))` */
  putJson: (
    path: string,
    value: unknown,
    accessToken: string,
    contentType = 'application/json',
    more: readonly string[] = [],
  ): Promise<RawAnswer> =>
    sendRaw(
      apiUrl,
      {
        line: `PUT ${path}`,
        headers: [...DART_HEADERS, `authorization: Bearer ${accessToken}`, `content-type: ${contentType}`, ...more],
        body: JSON.stringify(value),
      },
      localAddress,
    ),

  /** `http.get(uri, headers: {'Authorization': …})`; further headers as lines */
  get: (path: string, accessToken: string, more: readonly string[] = []): Promise<RawAnswer> =>
    sendRaw(
      apiUrl,
      { line: `GET ${path}`, headers: [...DART_HEADERS, `authorization: Bearer ${accessToken}`, ...more] },
      localAddress,
    ),
});
