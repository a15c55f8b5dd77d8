import { describe, expect, it } from '@jest/globals';
import {
  isMetadataAcceptable,
  isPlainMerge,
  mergeProfile,
  type ProfileContent,
  replaceProfile,
} from '../../shared/account/profile.ts';
import type { JsonObject, JsonValue } from '../../shared/primitives/json-merge-patch.ts';

const current: ProfileContent = {
  claims: { name: 'A Reader', website: 'https://reader.example', address: { locality: 'Wien', country: 'AT' } },
  metadata: { theme: 'dark', reader: { font: 'serif', size: 12 } },
};

const levels = (count: number): JsonObject =>
  Array.from({ length: count - 1 }).reduce<JsonValue>((inner) => ({ a: inner }), {}) as JsonObject;

describe('profile', () => {
  it('clears by replacing whatever the request leaves out', () => {
    expect(replaceProfile({ name: 'B Reader' })).toEqual({ claims: { name: 'B Reader' }, metadata: {} });
    expect(replaceProfile({})).toEqual({ claims: {}, metadata: {} });
  });

  it('takes null in a replacement for left out', () => {
    expect(replaceProfile({ name: null, address: { locality: 'Graz', region: null }, metadata: null })).toEqual({
      claims: { address: { locality: 'Graz' } },
      metadata: {},
    });
  });

  it('keeps by merging whatever the request leaves out', () => {
    expect(mergeProfile(current, {})).toEqual(current);
    expect(mergeProfile(current, { name: undefined, nickname: 'Bookworm' })).toEqual({
      ...current,
      claims: { ...current.claims, nickname: 'Bookworm' },
    });
  });

  it('removes by merging what is null, member by member', () => {
    const members = { website: null, address: { country: null }, metadata: { reader: { size: null } } };

    expect(mergeProfile(current, members)).toEqual({
      claims: { name: 'A Reader', address: { locality: 'Wien' } },
      metadata: { theme: 'dark', reader: { font: 'serif' } },
    });
  });

  it('removes by merging null all metadata and a whole address', () => {
    expect(mergeProfile(current, { metadata: null }).metadata).toEqual({});
    expect(mergeProfile(current, { address: null }).claims).not.toHaveProperty('address');
  });

  it('can write a merge blind only where nothing has to be merged member by member', () => {
    expect(isPlainMerge({ name: 'B', website: null })).toBe(true);
    expect(isPlainMerge({ metadata: {} })).toBe(false);
    expect(isPlainMerge({ metadata: null })).toBe(false);
    expect(isPlainMerge({ address: null })).toBe(false);
  });

  it.each<[string, JsonObject, boolean]>([
    ['nothing', {}, true],
    ['8 levels', levels(8), true],
    ['9 levels', levels(9), false],
    ['4,096 bytes', { a: 'x'.repeat(4096 - '{"a":""}'.length) }, true],
    ['4,097 bytes', { a: 'x'.repeat(4097 - '{"a":""}'.length) }, false],
    ['4,097 bytes in fewer characters', { a: `${'é'.repeat(2044)}x` }, false],
  ])('judges metadata of %s', (_, metadata, acceptable) => {
    expect(isMetadataAcceptable(metadata)).toBe(acceptable);
  });
});
