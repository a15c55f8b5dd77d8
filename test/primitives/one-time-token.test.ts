import { describe, expect, it } from '@jest/globals';
import { groupOneTimeToken, oneTimeTokenOf, readOneTimeToken } from '../../shared/primitives/one-time-token.ts';
import { csprng } from '../../shared/primitives/randomness.ts';

describe('one-time-token', () => {
  /** @asvs 11.5.1 */
  it('makes 26 characters in which every one of the 32 occurs', () => {
    const tokens = Array.from({ length: 500 }, () => oneTimeTokenOf(csprng.bytes(26)));

    expect(tokens.every((token) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(token))).toBe(true);
    expect(new Set(tokens.join('')).size).toBe(32);
    expect(new Set(tokens).size).toBe(500);
  });

  it('forgives case, spaces, hyphens and the look-alikes O, I and L', () => {
    const token = '0110ABCDEFGHJKMNPQRSTVWXYZ';

    expect(readOneTimeToken(' oil0-abcd efgh-jkmn pqrs-tvwx yz ')).toBe(token);
    expect(readOneTimeToken(groupOneTimeToken(token))).toBe(token);
  });

  it.each(['', ' ', '0'.repeat(25), '0'.repeat(27), 'U'.repeat(26), `${'0'.repeat(25)}é`, '０'.repeat(26)])(
    'takes %j for no token',
    (text) => {
      expect(readOneTimeToken(text)).toBeNull();
    },
  );
});
