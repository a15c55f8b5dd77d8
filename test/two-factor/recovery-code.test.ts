import { describe, expect, it } from '@jest/globals';
import { csprng } from '../../shared/primitives/randomness.ts';
import {
  groupRecoveryCode,
  makeRecoveryCodes,
  newRecoveryCodes,
  readRecoveryCode,
} from '../../shared/two-factor/recovery-code.ts';

describe('recovery-code', () => {
  /** @asvs 6.5.4 */
  it('comes in sets of ten of 80 bits each, no two alike', () => {
    const sets = Array.from({ length: 200 }, () => makeRecoveryCodes(csprng));

    expect(sets.every((codes) => codes.length === 10)).toBe(true);
    expect(sets.flat().every((code) => /^[0-9A-HJKMNP-TV-Z]{16}$/.test(code))).toBe(true);
    expect(new Set(sets.flat()).size).toBe(2000);
    expect(new Set(sets.flat().join('')).size).toBe(32);
  });

  it('is shown in groups of four', () => {
    expect(groupRecoveryCode('0123456789ABCDEF')).toBe('0123-4567-89AB-CDEF');
  });

  it.each([
    '0123456789ABCDEF',
    '0123-4567-89ab-cdef',
    ' 0123 4567 89AB CDEF ',
    'o123-4567-89AB-CDEF',
    'oi23456789abcdef',
    'Ol23456789abcdef',
    '０123456789ABCDEF',
    '0123\u20114567\u201189AB\u2011CDEF.',
  ])('is read from %j', (typed) => {
    expect(readRecoveryCode(typed)).toBe('0123456789ABCDEF');
  });

  it.each(['', '042042', '0123456789ABCDE', '0123456789ABCDEF0', 'U123456789ABCDEF'])(
    'is not read from %j',
    (typed) => {
      expect(readRecoveryCode(typed)).toBeNull();
    },
  );

  it('are shown in groups, and stored as a hash for their account alone', () => {
    const secrets = { hashRecoveryCode: (code: string, accountId: string) => `${accountId}:${code}` };

    const { shown, hashes } = newRecoveryCodes({ accountId: 'ada', secrets, randomness: csprng });

    expect(shown).toHaveLength(10);
    expect(shown.every((code) => /^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/.test(code))).toBe(true);
    expect(hashes).toEqual(shown.map((code) => `ada:${code.replaceAll('-', '')}`));
  });
});
