import { describe, expect, it } from '@jest/globals';
import { readIdempotencyKey } from '../../shared/idempotency/idempotency-key.ts';

describe('the header Idempotency-Key', () => {
  it.each<[string, string, string]>([
    ['a string of structured fields', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['the same without quotes', '8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['with blanks around it', ' "a key" ', 'a key'],
    ['with an escaped quote and backslash', '"a\\"b\\\\c"', 'a"b\\c'],
    ['of one character', 'k', 'k'],
    ['of 255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['of 255 characters in quotes', `"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('is read: %s', (_, header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });

  it('may be left out', () => {
    expect(readIdempotencyKey(undefined)).toBeNull();
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['blanks', '   '],
    ['an empty string', '""'],
    ['256 characters', 'k'.repeat(256)],
    ['256 characters in quotes', `"${'k'.repeat(256)}"`],
    ['a quote that does not end', '"key'],
    ['a quote that does not begin', 'key"'],
    ['two headers, which the gateway joins', 'one,two'],
    ['two strings', '"one", "two"'],
    ['a blank in a bare key', 'one two'],
    ['a parameter', '"key";a=1'],
    ['another escape', '"a\\nb"'],
    ['a character that is not ASCII', '"schlüssel"'],
    ['a control character', '"a\u0007b"'],
    ['a line end', 'key\nother: header'],
  ])('is refused and never taken for absent: %s', (_, header) => {
    expect(() => readIdempotencyKey(header)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        extras: { errors: [{ field: 'Idempotency-Key', code: 'not-an-idempotency-key' }] },
      }),
    );
  });
});
