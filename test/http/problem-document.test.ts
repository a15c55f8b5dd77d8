import { describe, expect, it } from '@jest/globals';
import { problemSchema } from '../../functions/describe-service/problem-schema.ts';
import { FIELD_ERRORS } from '../../shared/contract/field-errors.ts';
import {
  PROBLEM_DETAILS,
  PROBLEMS,
  type ProblemCode,
  type ProblemDetail,
  type ProblemKind,
  problem,
} from '../../shared/contract/problems.ts';
import { problemDocument } from '../../shared/http/problem-document.ts';

const codes = Object.keys(PROBLEMS) as ProblemCode[];

const documentOf = (...[code, extras]: Parameters<typeof problem>) =>
  problemDocument(problem(code, extras), { requestId: 'request-1', presentedToken: false });

describe('problem-document', () => {
  it.each(codes)('writes %s as RFC 9457 wants it', (code) => {
    const { statusCode, headers, body } = documentOf(code);

    const document = problemSchema.parse(JSON.parse(body ?? ''));
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(statusCode).toBe(PROBLEMS[code].status);
    expect(document).toMatchObject({
      type: `urn:keyturn:problem:${code}`,
      title: PROBLEMS[code].title,
      status: statusCode,
      code,
      instance: 'request-1',
    });
  });

  it('has the closed catalogue of the wire contract', () => {
    expect(Object.fromEntries(codes.map((code) => [code, PROBLEMS[code].status]))).toEqual({
      'invalid-request': 400,
      'invalid-token': 400,
      'invalid-code': 400,
      'invalid-signature': 400,
      'password-rejected': 400,
      'unsupported-country': 400,
      unauthenticated: 401,
      'invalid-credentials': 401,
      'fresh-session-required': 401,
      'not-allowed': 403,
      'captcha-required': 403,
      'not-found': 404,
      'method-not-allowed': 405,
      conflict: 409,
      'sms-unavailable': 409,
      'unmet-authentication-requirements': 409,
      'precondition-failed': 412,
      'idempotency-mismatch': 422,
      'body-too-large': 413,
      'unsupported-media-type': 415,
      'too-many-requests': 429,
      internal: 500,
      unavailable: 503,
    });
  });

  it.each(Object.keys(PROBLEM_DETAILS) as ProblemDetail[])(
    'says what else the caller can do, for people and for programs: %s',
    (detail) => {
      const document = problemSchema.parse(JSON.parse(documentOf('too-many-requests', { detail }).body ?? ''));

      expect(document).toMatchObject({ code: 'too-many-requests', detail: PROBLEM_DETAILS[detail], hint: detail });
    },
  );

  it.each(codes)('says what would be right, where the title of %s leaves that open', (code) => {
    const { detail }: ProblemKind = PROBLEMS[code];

    expect(JSON.parse(documentOf(code).body ?? '').detail).toBe(detail);
  });

  it('has sentences that say what to do, in one line and without a hole for anything of the request', () => {
    const details = [...Object.values(FIELD_ERRORS), ...Object.values(PROBLEM_DETAILS)];

    for (const detail of details) expect(detail).toMatch(/^[A-Z][^\n$]{9,250}[.?]$/);
    expect(new Set(details).size).toBe(details.length);
    expect(Object.keys(FIELD_ERRORS).filter((code) => !/^[a-z]+(?:-[a-z]+)*$/.test(code))).toEqual([]);
  });

  it('names the fields to correct', () => {
    const errors = [
      { field: 'email', code: 'not-an-email-address' },
      { field: 'zoneinfo', code: 'time-zone-abbreviation' },
    ] as const;

    const document = problemSchema.parse(JSON.parse(documentOf('invalid-request', { errors }).body ?? ''));

    expect(document.errors).toEqual(errors.map((error) => ({ ...error, detail: FIELD_ERRORS[error.code] })));
    expect(document.detail).toBe(`email: ${FIELD_ERRORS['not-an-email-address']}`); // the first, for who shows one sentence
    expect(document).not.toHaveProperty('hint');
  });

  it('says in headers and body when to come back', () => {
    const { headers, body } = documentOf('too-many-requests', { limit: 5, retryAfterSeconds: 17 });

    expect(headers).toMatchObject({
      'retry-after': '17',
      'ratelimit-limit': '5',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '17',
    });
    expect(JSON.parse(body ?? '')).toHaveProperty('retry_after', 17);
  });

  it('asks whoever met an outage back in a moment', () => {
    expect(documentOf('unavailable').headers).toMatchObject({ 'retry-after': '2' });
    expect(documentOf('unavailable').headers).not.toHaveProperty('ratelimit-limit');
  });

  it('challenges with Bearer, and tells a bad token from none', () => {
    const answer = (presentedToken: boolean) =>
      problemDocument(problem('unauthenticated'), { requestId: 'r', presentedToken }).headers['www-authenticate'];

    expect(answer(false)).toBe('Bearer');
    expect(answer(true)).toBe('Bearer error="invalid_token"');
  });

  /** @asvs 13.4.2, 16.5.1 */
  it('says nothing beside: no message, no cause, no stack', () => {
    const { body } = documentOf('internal');

    expect(Object.keys(JSON.parse(body ?? '')).toSorted()).toEqual(['code', 'instance', 'status', 'title', 'type']);
  });
});
