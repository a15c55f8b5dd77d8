import { FIELD_ERRORS } from '../../shared/contract/field-errors.ts';
import type { FieldError } from '../../shared/contract/problems.ts';
import type { EventChanges } from './load-event.ts';
import { formBody, jsonBody } from './load-event.ts';

/** An invalid body, and the expected answer. */
export interface BodyFault {
  fault: string;
  changes: EventChanges;
  status: number;
  code: string;
  /** The problem's `errors`; left out without any. */
  errors?: readonly (FieldError & { detail: string })[];
}

/** A field that is wrong, as a problem document tells of it. */
const withDetail = (error: FieldError): FieldError & { detail: string } => ({
  ...error,
  detail: FIELD_ERRORS[error.code],
});

const invalid = (fault: string, changes: EventChanges, errors?: readonly FieldError[]): BodyFault => ({
  fault,
  changes,
  status: 400,
  code: 'invalid-request',
  ...(errors && { errors: errors.map(withDetail) }),
});

const BYTES = 16 * 1024;

/** Every invalid body that does not depend on the flow. @param valid a body that the flow accepts */
export const bodyFaults = (valid: Readonly<Record<string, string>>): BodyFault[] => {
  const [[field, value] = ['', ''], ...others] = Object.entries(valid);
  const json = JSON.stringify(valid);
  return [
    invalid('no body at all', { body: undefined, isBase64Encoded: false, 'headers.content-type': undefined }),
    invalid('an empty body', jsonBody('')),
    invalid('what is no JSON', jsonBody(json.slice(0, -1))),
    invalid('an array', jsonBody([valid])),
    invalid('null', jsonBody('null')),
    invalid('ill-formed UTF-8', {
      ...jsonBody(''),
      body: Buffer.concat([Buffer.from(json), Buffer.from([0xff])]).toString('base64'),
      isBase64Encoded: true,
    }),
    invalid('a missing field', jsonBody(Object.fromEntries(others)), [{ field, code: 'required' }]),
    invalid('an unknown field', jsonBody({ ...valid, is_admin: true }), [{ field: 'is_admin', code: 'unknown-field' }]),
    invalid('an array where text belongs', jsonBody({ ...valid, [field]: [value, value] }), [
      { field, code: 'wrong-type' },
    ]),
    invalid('a field twice', jsonBody(json.replace('{', `{${JSON.stringify(field)}:"x",`)), [
      { field, code: 'duplicate-field' },
    ]),
    invalid('a field of a form twice', formBody(`${new URLSearchParams(valid).toString()}&${field}=x`), [
      { field, code: 'duplicate-field' },
    ]),
    invalid('a way to the prototype', jsonBody(json.replace('{', '{"__proto__":{"x":1},')), [
      { field: '__proto__', code: 'forbidden-field' },
    ]),
    { fault: 'more than 16 KiB', changes: jsonBody(json + ' '.repeat(BYTES)), status: 413, code: 'body-too-large' },
    {
      fault: 'plain text',
      changes: { ...jsonBody(valid), 'headers.content-type': 'text/plain' },
      status: 415,
      code: 'unsupported-media-type',
    },
    {
      fault: 'another charset',
      changes: { ...jsonBody(valid), 'headers.content-type': 'application/json; charset=utf-16' },
      status: 415,
      code: 'unsupported-media-type',
    },
  ];
};
