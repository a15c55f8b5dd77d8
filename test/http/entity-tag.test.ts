import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { entityTag, isKnown, knownTags, matchedVersions } from '../../shared/http/entity-tag.ts';

describe('entity-tag', () => {
  it('reads the tags that it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (versions) => {
        expect(
          matchedVersions(versions.map((number) => entityTag({ number, hasPending: number % 2 === 0 })).join(', ')),
        ).toEqual(versions);
      }),
      { seed: 20261121 },
    );
  });

  it.each([[undefined], ['*'], [' * ']])('lets any version match where If-Match is %j', (header) => {
    expect(matchedVersions(header)).toBeNull();
  });

  /** @see RFC 9110 §13.1.1: the comparison is strong, so a weak tag never matches */
  it.each([
    '',
    '"v1',
    'v1',
    '1',
    '"1"',
    'W/"v1"',
    'w/"v1"',
    '"v-1"',
    '"v1.0"',
    '"v1-other"',
    '"v1e3"',
    '"v９"',
    '*, *',
    '"v1" "v2"',
    `"v${'9'.repeat(16)}"`,
    '"other"',
    "'v1'",
    ',,,',
    '\0',
  ])('lets no version match where If-Match is %j', (header) => {
    expect(matchedVersions(header)).toEqual([-1]);
  });

  it('tells a profile with a pending change from the same without: it ends by time, which raises no version', () => {
    expect(entityTag({ number: 7, hasPending: true })).not.toBe(entityTag({ number: 7, hasPending: false }));
  });

  it('finds ours among others, and looks at twenty of them', () => {
    const many = Array.from({ length: 30 }, (_, number) => entityTag({ number, hasPending: false })).join(',');

    expect(matchedVersions('"theirs", W/"v1", "v2",, "v3"')).toEqual([2, 3]);
    expect(matchedVersions(many)).toHaveLength(20);
  });

  describe('in If-None-Match', () => {
    const version = { number: 7, hasPending: false };
    const isKnownBy = (header: string | undefined): boolean => isKnown(knownTags(header), version);

    it.each(['"v7"', 'W/"v7"', '"theirs", W/"v1" ,, "v7"', '*', ' * '])(
      'is known where the caller sends %j',
      (header) => {
        expect(isKnownBy(header)).toBe(true);
      },
    );

    it.each([undefined, '', 'v7', '"7"', 'w/"v7"', 'W/ "v7"', 'W/W/"v7"', '"v7', '*, *', '"*"', "'v7'", '"v07"', '\0'])(
      'is not for %j',
      (header) => {
        expect(isKnownBy(header)).toBe(false);
      },
    );

    it('is not known by who saw a change that is pending no more', () => {
      const before = knownTags(entityTag({ number: 7, hasPending: true }));

      expect(isKnown(before, version)).toBe(false);
      expect(isKnown(before, { number: 7, hasPending: true })).toBe(true);
    });
  });
});
