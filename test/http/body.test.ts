import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as fc from 'fast-check';
import type { BodyFormat } from '../../shared/contract/contract.ts';
import { Problem } from '../../shared/contract/problems.ts';
import { optionalMembersOf } from '../../shared/http/absent-members.ts';
import { BODY_MAX_BYTES, readBody } from '../../shared/http/body.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';

const NONE = optionalMembersOf(undefined);

const ALL: readonly BodyFormat[] = ['json', 'form', 'merge-patch'];

const read = (changes: Record<string, unknown>, accepts: readonly BodyFormat[] = ALL) =>
  readBody(loadEvent('sign-up/json', changes), { accepts }, NONE);

const problemOf = (act: () => unknown): Problem => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const base64 = (text: string | Buffer) => ({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true });
const typed = (contentType: string | undefined) => ({ 'headers.content-type': contentType });

describe('body', () => {
  it('reads JSON, as text and as base64', () => {
    const fields = { email: 'reader@example.com', nested: { a: [1, null] } };

    expect(read(jsonBody(fields))).toEqual(fields);
    expect(read({ ...jsonBody(fields), ...base64(JSON.stringify(fields)) })).toEqual(fields);
  });

  it('reads a form as the Dart http package sends it and API Gateway hands it over', () => {
    expect(read(formBody('email=r%40example.com&name=A+Reader&word=%C3%A9&empty=&bare'))).toEqual({
      email: 'r@example.com',
      name: 'A Reader',
      word: 'é',
      empty: '',
      bare: '',
    });
  });

  it('reads back every form that URLSearchParams can write', () => {
    const fields = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__proto__'),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      { maxKeys: 8, noNullPrototype: true },
    );

    fc.assert(
      fc.property(fields, (written) => expect(read(formBody(written))).toEqual(written)),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8',
    'application/json; charset=UTF8',
    'application/json; charset=unicode-1-1-utf-8',
    'application/json; profile="x"',
  ])('takes the content type %s', (contentType) => {
    expect(read({ ...jsonBody({ a: 1 }), ...typed(contentType) })).toEqual({ a: 1 });
  });

  it.each([
    undefined,
    '',
    'text/plain',
    'text/html',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json, application/json',
    'application/json; profile=x,text/html; charset=utf-8', // two headers, the second within a parameter of the first
    'application/jsonp',
    'application/json; charset=latin1',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-7',
    'application/json; charset=""',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded; charset=iso-8859-1',
    'json',
    '*/*',
  ])('refuses the content type %j', (contentType) => {
    expect(problemOf(() => read({ ...jsonBody({ a: 1 }), ...typed(contentType) })).code).toBe('unsupported-media-type');
  });

  it('refuses a format that the route does not take', () => {
    const patch = { ...jsonBody({ a: 1 }), ...typed('application/merge-patch+json') };

    expect(read(patch, ['merge-patch'])).toEqual({ a: 1 });
    expect(problemOf(() => read(patch, ['json', 'form'])).code).toBe('unsupported-media-type');
  });

  it('takes 16 KiB and not one byte more, in text, base64 and form', () => {
    const jsonOf = (bytes: number) => JSON.stringify({ a: 'x'.repeat(bytes - '{"a":""}'.length) });
    const most = jsonOf(BODY_MAX_BYTES);
    const tooMuch = jsonOf(BODY_MAX_BYTES + 1);

    expect(read(jsonBody(most))).toHaveProperty('a');
    expect(read({ ...jsonBody(''), ...base64(most) })).toHaveProperty('a');
    expect(problemOf(() => read(jsonBody(tooMuch))).code).toBe('body-too-large');
    expect(problemOf(() => read({ ...jsonBody(''), ...base64(tooMuch) })).code).toBe('body-too-large');
    expect(problemOf(() => read(formBody(`a=${'x'.repeat(BODY_MAX_BYTES)}`))).code).toBe('body-too-large');
    expect(problemOf(() => read(jsonBody('x'.repeat(10 * 1024 * 1024)))).code).toBe('body-too-large');
  });

  it('counts bytes, not characters', () => {
    const json = JSON.stringify({ a: 'é'.repeat(BODY_MAX_BYTES / 2) });

    expect(json.length).toBeLessThan(BODY_MAX_BYTES);
    expect(problemOf(() => read(jsonBody(json))).code).toBe('body-too-large');
  });

  it.each([
    ['no JSON', jsonBody('{"a":'), 'body-not-json'],
    ['a JSON string', jsonBody('"text"'), 'body-not-an-object'],
    ['a JSON array', jsonBody('[{"a":1}]'), 'body-not-an-object'],
    ['a JSON number', jsonBody('7'), 'body-not-an-object'],
    ['JSON null', jsonBody('null'), 'body-not-an-object'],
    ['an empty text', jsonBody(''), 'body-not-json'],
    ['nothing at all', { body: undefined, ...typed('application/json') }, 'body-not-json'],
    ['nothing at all, not even a type', { body: undefined, ...typed(undefined) }, 'body-missing'],
    ['two JSON values', jsonBody('{"a":1}{"a":2}'), 'body-not-json'],
    ['JSON with a comment', jsonBody('{"a":1} // text'), 'body-not-json'],
    [
      'bytes that are no UTF-8',
      { ...jsonBody(''), ...base64(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])) },
      'body-not-utf-8',
    ],
    ['an overlong encoding', { ...jsonBody(''), ...base64(Buffer.from([0xc0, 0xaf])) }, 'body-not-utf-8'],
    ['broken base64', { ...jsonBody(''), body: 'eyJhIjoxf', isBase64Encoded: true }, 'body-not-utf-8'],
    ['base64 with blanks', { ...jsonBody(''), body: 'eyJh IjoxfQ==', isBase64Encoded: true }, 'body-not-utf-8'],
    ['base64 for URLs', { ...jsonBody(''), body: 'eyJhIjoi-_8ifQ==', isBase64Encoded: true }, 'body-not-utf-8'],
    ['a form with half an escape', formBody('a=%E'), 'body-not-a-form'],
    ['a form with an escape that is no UTF-8', formBody('a=%FF'), 'body-not-a-form'],
    ['a form with half a character, escaped as UTF-8 would be', formBody('a=%ED%A0%BD'), 'body-not-a-form'],
    ['half a character as it is', jsonBody('{"a":"\ud83d"}'), 'body-not-utf-8'],
    [
      'half a character as it is in a form',
      { ...formBody(''), body: 'a=\ud83d', isBase64Encoded: false },
      'body-not-utf-8',
    ],
  ])('answers %s with invalid-request, says what would be right and repeats nothing of it', (_, changes, detail) => {
    const problem = problemOf(() => read(changes));

    expect(problem.code).toBe('invalid-request');
    expect(problem.extras).toEqual({ detail });
    expect(problem.cause).toBeUndefined();
  });

  it.each([
    ['a JSON member twice', jsonBody('{"a":1,"a":2}'), 'a', 'duplicate-field'],
    ['a JSON member twice in disguise', jsonBody('{"a":1,"\\u0061":2}'), 'a', 'duplicate-field'],
    ['a JSON member twice further in', jsonBody('{"b":[{"a":1,"a":2}]}'), 'a', 'duplicate-field'],
    ['a form field twice', formBody('a=1&a=2'), 'a', 'duplicate-field'],
    ['a form field twice in disguise', formBody('a=1&%61=2'), 'a', 'duplicate-field'],
    ['__proto__', jsonBody('{"__proto__":{"admin":true}}'), '__proto__', 'forbidden-field'],
    ['__proto__ further in', jsonBody('{"a":{"__proto__":1}}'), '__proto__', 'forbidden-field'],
    ['__proto__ in disguise', jsonBody('{"\\u005f_proto__":1}'), '__proto__', 'forbidden-field'],
    ['__proto__ in a form', formBody('__proto__=1'), '__proto__', 'forbidden-field'],
    ['half a character', jsonBody('{"a":"\\ud83d"}'), 'a', 'ill-formed-text'],
    ['half a character in a name', jsonBody('{"a":{"\\ud83d":1}}'), 'a', 'ill-formed-text'],
    ['half a character in the name of a field', jsonBody('{"a":1,"s3cr3t\\ud83d":1}'), '(unnamed)', 'ill-formed-text'],
    ['a field whose name could be a secret', formBody('s3cr3t!=1&s3cr3t!=2'), '(unnamed)', 'duplicate-field'],
  ])('refuses %s', (_, changes, field, code) => {
    expect(problemOf(() => read(changes)).extras.errors).toEqual([{ field, code }]);
  });

  it('throws nothing but problems, whatever comes', () => {
    const event = fc.record({
      body: fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.base64String(), fc.constant(undefined)),
      isBase64Encoded: fc.boolean(),
      contentType: fc.constantFrom(
        'application/json',
        'application/x-www-form-urlencoded',
        'application/merge-patch+json',
        'text/plain',
        undefined,
      ),
    });

    fc.assert(
      fc.property(event, ({ body, isBase64Encoded, contentType }) => {
        const headers = contentType === undefined ? {} : { 'content-type': contentType };
        try {
          expect(
            typeof readBody({ headers, body, isBase64Encoded } as APIGatewayProxyEventV2, { accepts: ALL }, NONE),
          ).toBe('object');
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 1000, seed: 20261121 },
    );
  });
});
