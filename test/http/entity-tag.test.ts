import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { entityTag, knownVersions, matchedVersions } from '../../shared/http/entity-tag.ts';

describe('entity-tag', () => {
  it('reads the tags that it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (versions) => {
        expect(matchedVersions(versions.map(entityTag).join(', '))).toEqual(versions);
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

  it('finds ours among others, and looks at twenty of them', () => {
    const many = Array.from({ length: 30 }, (_, index) => entityTag(index)).join(',');

    expect(matchedVersions('"theirs", W/"v1", "v2",, "v3"')).toEqual([2, 3]);
    expect(matchedVersions(many)).toHaveLength(20);
  });

  describe('in If-None-Match', () => {
    it('is known where the caller names it, weak or strong, alone or in a list', () => {
      expect(knownVersions('"v7"')).toEqual([7]);
      expect(knownVersions('W/"v7"')).toEqual([7]);
      expect(knownVersions('"theirs", W/"v1" ,, "v3"')).toEqual([1, 3]);
    });

    it.each(['*', ' * '])('is any for %j', (header) => {
      expect(knownVersions(header)).toBe('any');
    });

    it.each([undefined, '', 'v1', '"1"', 'w/"v1"', 'W/ "v1"', 'W/W/"v1"', '"v1', '*, *', '"*"', "'v1'", '\0'])(
      'is none for %j',
      (header) => {
        expect(knownVersions(header)).toEqual([]);
      },
    );
  });
});
