import { MIMEType } from 'node:util';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { BodyFormat, Route } from '../contract/contract.ts';
import type { FieldErrorCode } from '../contract/field-errors.ts';
import { type FieldError, type ProblemDetail, problem } from '../contract/problems.ts';
import { type OptionalMembers, withoutAbsent } from './absent-members.ts';
import { findMemberFault, type MemberFault } from './json-members.ts';

/** No flow needs more; larger bodies would be parsed at our cost (OWASP ASVS 5.0 15.2.2). */
export const BODY_MAX_BYTES = 16 * 1024;

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/merge-patch+json': 'merge-patch',
  'application/x-www-form-urlencoded': 'form',
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SAFE_FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A field's name, if it is safe to repeat in an answer; an unknown name could be a misplaced secret. */
export const fieldName = (name: string): string => (SAFE_FIELD_NAME.test(name) ? name : '(unnamed)');

const invalidBody = (detail: ProblemDetail) => problem('invalid-request', { detail });

const invalidField = (error: FieldError) => problem('invalid-request', { errors: [error] });

const FAULT_CODES: Readonly<Record<MemberFault['fault'], FieldErrorCode>> = {
  duplicate: 'duplicate-field',
  forbidden: 'forbidden-field',
  'ill-formed': 'ill-formed-text',
  inexact: 'inexact-number',
};

/** The bytes of a body as they were sent; none for no body. @throws problem invalid-request */
export const bytesOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer => {
  if (!isBase64Encoded) {
    if (!body.isWellFormed()) throw invalidBody('body-not-utf-8'); // encoding to bytes would replace lone surrogates
    return Buffer.from(body);
  }
  if (!BASE64.test(body)) throw invalidBody('body-not-utf-8');
  return Buffer.from(body, 'base64');
};

const textOf = (bytes: Buffer): string => {
  try {
    return decoder.decode(bytes);
  } catch {
    throw invalidBody('body-not-utf-8');
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidBody('body-not-json'); // JSON.parse's own message quotes the input
  }
};

const parseJson = (text: string): Record<string, unknown> => {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidBody('body-not-an-object');
  const fault = findMemberFault(text);
  if (fault) throw invalidField({ field: fieldName(fault.member), code: FAULT_CODES[fault.fault] });
  return value as Record<string, unknown>;
};

/** @see WHATWG URL §5.1, but strict: undecodable bytes are refused instead of replaced */
const parseForm = (text: string): Record<string, unknown> => {
  const fields = new Map<string, string>();
  for (const pair of text.split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split(/=(.*)/s).map((part) => {
      try {
        return decodeURIComponent(part.replaceAll('+', ' '));
      } catch {
        throw invalidBody('body-not-a-form');
      }
    });
    if (fields.has(name)) throw invalidField({ field: fieldName(name), code: 'duplicate-field' });
    if (name === '__proto__') throw invalidField({ field: name, code: 'forbidden-field' });
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
};

/** Whether a label means UTF-8: `utf8` and others do too. @see WHATWG Encoding §4.2 */
const isUtf8 = (label: string): boolean => {
  try {
    return new TextDecoder(label).encoding === 'utf-8';
  } catch {
    return false;
  }
};

const formatOf = (contentType: string | undefined, accepts: readonly BodyFormat[]): BodyFormat => {
  // Two headers, joined by API Gateway with a comma; MIMEType may read the second as a parameter of the first.
  if (contentType?.includes(',')) throw problem('unsupported-media-type');
  let type: MIMEType;
  try {
    type = new MIMEType(contentType ?? '');
  } catch {
    throw problem('unsupported-media-type');
  }
  const format = FORMATS[type.essence];
  if (!format || !accepts.includes(format) || !isUtf8(type.params.get('charset') ?? 'utf-8'))
    throw problem('unsupported-media-type');
  return format;
};

/**
 * Reads the fields of a request's body; the contract's schema checks their values.
 *
 * @param route the formats that it takes, and whether the body is optional
 * @param optional what may be left out, and thus be `null` or blank
 * @throws problem body-too-large, unsupported-media-type, invalid-request
 */
export const readBody = (
  event: APIGatewayProxyEventV2,
  { accepts = [], bodyOptional = false }: Pick<Route, 'accepts' | 'bodyOptional'>,
  optional: OptionalMembers,
): Record<string, unknown> => {
  // Base64 is a third longer than its bytes, so a text this long exceeds the limit in either form.
  if ((event.body?.length ?? 0) > 2 * BODY_MAX_BYTES) throw problem('body-too-large');
  const bytes = bytesOf(event);
  if (bytes.length > BODY_MAX_BYTES) throw problem('body-too-large');
  if (bytes.length === 0 && bodyOptional) return {};
  if (bytes.length === 0 && event.headers['content-type'] === undefined) throw invalidBody('body-missing');

  const format = formatOf(event.headers['content-type'], accepts);
  const text = textOf(bytes);
  return withoutAbsent(format === 'form' ? parseForm(text) : parseJson(text), format, optional);
};
