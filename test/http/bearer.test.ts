import { describe, expect, it } from '@jest/globals';
import { bearerToken, presentsToken } from '../../shared/http/bearer.ts';

const problemOf = (authorization: string): unknown => {
  try {
    return bearerToken(authorization);
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('bearer', () => {
  it('reads nothing where there is no header', () => {
    expect(bearerToken(undefined)).toBeNull();
  });

  it.each([
    ['Bearer abc.def-_~+/', 'abc.def-_~+/'],
    ['bearer abc==', 'abc=='],
    ['BEARER    abc', 'abc'],
    [`Bearer ${'a'.repeat(2041)}`, 'a'.repeat(2041)],
  ])('reads the token of %j (RFC 6750 §2.1)', (authorization, token) => {
    expect(bearerToken(authorization)).toBe(token);
  });

  it.each([
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer\tabc',
    ' Bearer abc',
    'Bearer abc ',
    'Bearer a,b',
    'Bearer a b',
    'Bearer =abc',
    'Bearer a=b',
    'Bearer é',
    'Bearer\u00a0abc',
    'abc',
    'Basic abc',
    'Token abc',
    `Bearer ${'a'.repeat(2042)}`,
  ])('refuses %j, and does not take it for none', (authorization) => {
    expect(problemOf(authorization)).toBe('unauthenticated');
  });

  it.each<[string | undefined, boolean]>([
    ['Bearer abc', true],
    ['bearer a,b', true],
    ['Bearer', true],
    [undefined, false],
    ['', false],
    ['Basic abc', false],
    ['Bearers abc', false],
    ['abc', false],
  ])('tells an attempt with a token from none: %j (RFC 6750 §3.1)', (authorization, presented) => {
    expect(presentsToken(authorization)).toBe(presented);
  });
});
