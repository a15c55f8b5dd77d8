import { describe, expect, it } from '@jest/globals';
import { groupCrockford, makeCrockford, readCrockford } from '../../shared/primitives/crockford.ts';
import { csprng } from '../../shared/primitives/randomness.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('crockford', () => {
  it('makes every one of its 32 characters equally often, in every place', () => {
    const perPlace = Array.from({ length: 4 }, () => new Map<string, number>());
    for (let made = 0; made < 16_000; made += 1) {
      Array.from(makeCrockford(csprng, 4)).forEach((character, place) => {
        const counts = perPlace[place];
        counts?.set(character, (counts.get(character) ?? 0) + 1);
      });
    }

    // 500 expected; chi-squared with 31 degrees of freedom is beyond 90 once in ten million times.
    for (const counts of perPlace) {
      expect([...counts.keys()].toSorted().join('')).toBe(ALPHABET);
      const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
      expect(chiSquared).toBeLessThan(90);
    }
  });

  /** @asvs 6.5.3, 11.5.1 */
  it('takes five bits of each random byte, and all of its randomness from where it is told', () => {
    const randomness = { ...csprng, bytes: (length: number) => Buffer.from(ALPHABET.slice(0, length)) };

    expect(makeCrockford(randomness, 3)).toBe(
      ['0', '1', '2'].map((one) => ALPHABET.charAt(one.charCodeAt(0) & 31)).join(''),
    );
  });

  it('reads what it made, grouped or not', () => {
    const text = makeCrockford(csprng, 26);

    expect(readCrockford(text, 26)).toBe(text);
    expect(readCrockford(groupCrockford(text), 26)).toBe(text);
    expect(readCrockford(groupCrockford(text).toLowerCase().replaceAll('-', ' '), 26)).toBe(text);
  });

  it('reads every character and its look-alikes as the one that is meant, and refuses the rest of ASCII', () => {
    const characters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

    const read = Object.fromEntries(characters.map((one) => [one, readCrockford(one, 1)]));

    const meant = (one: string): string | null => {
      const upper = one.toUpperCase().replace('O', '0').replace(/[IL]/, '1');
      return ALPHABET.includes(upper) ? upper : null;
    };
    expect(read).toEqual(Object.fromEntries(characters.map((one) => [one, meant(one)])));
  });

  it.each([
    ['too short', '0123', 5],
    ['too long', '012345', 5],
    ['a U', 'U1234', 5],
    ['full-width', '０1234', 5],
    ['a dotless i, whose upper case is an I', 'ı1234', 5],
    ['a sharp s, whose upper case is two letters', 'ß123', 5],
    ['a ligature', 'ﬀ123', 5],
    ['a NUL', '1234\0', 5],
    ['an underscore', '1234_', 5],
  ])('reads nothing from what is %s', (_, text, length) => {
    const read = readCrockford(text, length);

    expect(read === null || /^[0-9A-HJKMNP-TV-Z]+$/.test(read)).toBe(true);
  });

  it('groups by four', () => {
    expect(groupCrockford('0123456789ABCDEF')).toBe('0123-4567-89AB-CDEF');
    expect(groupCrockford('01234')).toBe('0123-4');
    expect(groupCrockford('')).toBe('');
  });
});
