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

  it.each([
    ['non-breaking hyphens between its groups', (grouped: string) => grouped.replaceAll('-', '\u2011')],
    ['a full stop behind it', (grouped: string) => `${grouped}.`],
    ['quotes around it', (grouped: string) => `“${grouped}”`],
    ['a sign of quoted mail before it', (grouped: string) => `> ${grouped}`],
    ['a bracket behind it', (grouped: string) => `${grouped}>,`],
    ['a line end within', (grouped: string) => `${grouped.slice(0, 14)}\r\n${grouped.slice(14)}`],
    ['full-width characters', (grouped: string) => grouped.replaceAll('A', 'Ａ').replaceAll('0', '０')],
    ['its link', (grouped: string) => `https://accounts.example.com/ui/reset#token=${grouped}`],
    ['its link in brackets', (grouped: string) => `<https://accounts.example.com/ui/reset#token=${grouped}>`],
    ['its link, ended by a full stop', (grouped: string) => `https://accounts.example.com/ui/reset#token=${grouped}.`],
    [
      'its link, of which a filter has encoded the number sign',
      (grouped: string) => `https://a.example/ui/reset?lang=de%23token=${grouped}`,
    ],
    ['its link, all of it encoded', (grouped: string) => `https%3A%2F%2Fa.example%2Fui%2Freset%23token%3D${grouped}`],
    [
      'its link, with a parameter behind it',
      (grouped: string) => `https://a.example/ui/reset#token=${grouped}?utm_source=x`,
    ],
    [
      'the link of “this wasn’t me” to a sign-in link',
      (grouped: string) => `https://a.example/ui/not-me#link=${grouped}`,
    ],
    [
      'its link, behind a parameter of a filter that has the same name',
      (grouped: string) =>
        `https://filter.example/?token=abc&link=https%3A%2F%2Fa.example%2Fui%2Freset%23token%3D${grouped}`,
    ],
    ['its link, with words behind it', (grouped: string) => `https://a.example/ui/reset#token=${grouped} danke`],
    [
      'its link, with what shows nothing in it',
      (grouped: string) => `https://a.example/ui/reset#token=${grouped.slice(0, 9)}\u200b${grouped.slice(9)}`,
    ],
    [
      'its link, written with other dashes and digits',
      (grouped: string) =>
        `https://a.example/ui/reset#token=${grouped.replaceAll('-', '\u2011').replaceAll('1', '１')}`,
    ],
    ['its link, with another behind it', (grouped: string) => `https://a.example/ui/reset#token=${grouped}&lang=en`],
  ])('is read with %s', (_, write) => {
    const token = '0110ABCDEFGHJKMNPQRSTVWXYZ';

    expect(readOneTimeToken(write(groupOneTimeToken(token)))).toBe(token);
    expect(readOneTimeToken(write(token))).toBe(token);
  });

  it.each([
    '',
    ' ',
    '0'.repeat(25),
    '0'.repeat(27),
    'U'.repeat(26),
    `${'0'.repeat(25)}é`,
    `${'0'.repeat(13)},${'0'.repeat(13)}`,
    `https://a.example/ui/reset?${'0'.repeat(26)}`,
    `https://a.example/ui/reset#token=${'0'.repeat(25)}`,
    `https://a.example/ui/reset#token=${'0'.repeat(27)}`,
  ])('takes %j for no token', (text) => {
    expect(readOneTimeToken(text)).toBeNull();
  });
});
