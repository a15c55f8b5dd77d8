import { describe, expect, it } from '@jest/globals';
import { isDigitCode } from '../../shared/primitives/digit-code.ts';

describe('a code from an app or by SMS', () => {
  it.each(['000000', '123456', '999999'])('looks like %s', (text) => {
    expect(isDigitCode(text)).toBe(true);
  });

  it.each(['', '12345', '1234567', 'abcdef', '12345a', 'a12345', '12 456', '１２３４５６', '0123456789ABCDEF'])(
    'never looks like %j',
    (text) => {
      expect(isDigitCode(text)).toBe(false);
    },
  );
});
