import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type JsonValue, jsonDepth, mergePatch } from '../../shared/primitives/json-merge-patch.ts';
import { outside } from '../support/outside.ts';

/** @see RFC 7396 appendix A */
const APPENDIX_A: [JsonValue, JsonValue, JsonValue][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
};

const json = () => fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
const nested = (levels: number): JsonValue =>
  Array.from({ length: levels }).reduce<JsonValue>((inner) => [inner], 'core');

describe('json-merge-patch', () => {
  it.each(APPENDIX_A)('makes of %j with %j what RFC 7396 says: %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('changes neither of its arguments', () => {
    fc.assert(
      fc.property(json(), json(), (target, patch) => {
        expect(() => mergePatch(frozen(target), frozen(patch))).not.toThrow();
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('is idempotent: the same patch twice is the patch once', () => {
    fc.assert(
      fc.property(json(), json(), (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  /** @asvs 15.3.6 */
  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'takes a member named %s for a member like any other',
    (name) => {
      const patch = JSON.parse(`{"${name}":{"polluted":true}}`) as JsonValue;

      const merged = mergePatch({}, patch) as object;

      expect(Object.hasOwn(merged, name)).toBe(true);
      expect(Object.getPrototypeOf(merged)).toBe(outside.Object.prototype);
      expect((new outside.Object() as { polluted?: boolean }).polluted).toBeUndefined();
      expect(mergePatch(merged as JsonValue, JSON.parse(`{"${name}":null}`) as JsonValue)).toEqual({});
    },
  );

  it.each<[JsonValue, number]>([
    ['text', 0],
    [{}, 1],
    [[], 1],
    [{ a: 1 }, 1],
    [{ a: { b: [1] } }, 3],
    [[[], [[]]], 3],
  ])('counts in %j %i levels', (value, levels) => {
    expect(jsonDepth(value)).toBe(levels);
  });

  it('measures the deepest thing that fits into a body without falling over', () => {
    const deepest = nested(8 * 1024);

    expect(() => jsonDepth(deepest)).not.toThrow();
    expect(jsonDepth(deepest)).toBeGreaterThan(8);
  });
});
