import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { GLOBAL_LIMIT_SHARDS, type LimitPolicy, limitExceeded, limitWindow } from '../../shared/limits/rate-limit.ts';

const policy: LimitPolicy = { name: 'sign-in/identifier', dimension: 'identifier', max: 5, windowSeconds: 3600 };

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const windowAt = (nowSeconds: number, key = 'reader@example.com', shard: number | null = null) =>
  limitWindow({ policy, keyDigest: digestOf(key), shard, nowSeconds });

const NOW = 1_795_251_600;

describe('rate-limit', () => {
  it('stands still within a window and starts anew at its end, again and again', () => {
    const first = windowAt(NOW);

    expect(windowAt(first.startsAtEpochSeconds).key).toBe(first.key);
    expect(windowAt(first.endsAtEpochSeconds - 1).key).toBe(first.key);
    expect(windowAt(first.endsAtEpochSeconds).key).not.toBe(first.key);
    expect(windowAt(first.endsAtEpochSeconds).startsAtEpochSeconds).toBe(first.endsAtEpochSeconds);
    expect(windowAt(first.endsAtEpochSeconds + 3600).startsAtEpochSeconds).toBe(first.endsAtEpochSeconds + 3600);
  });

  it('covers every instant with exactly one window of the length that was asked for', () => {
    const policies = fc.record({
      nowSeconds: fc.integer({ min: 0, max: 4_000_000_000 }),
      windowSeconds: fc.integer({ min: 60, max: 86_400 }),
      key: fc.string(),
    });

    fc.assert(
      fc.property(policies, ({ nowSeconds, windowSeconds, key }) => {
        const window = limitWindow({
          policy: { ...policy, windowSeconds },
          keyDigest: digestOf(key),
          shard: null,
          nowSeconds,
        });
        expect(window.endsAtEpochSeconds - window.startsAtEpochSeconds).toBe(windowSeconds);
        expect(window.startsAtEpochSeconds).toBeLessThanOrEqual(nowSeconds);
        expect(window.endsAtEpochSeconds).toBeGreaterThan(nowSeconds);
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });

  it('gives every key a phase of its own, so that nobody can wait for the minute at which all begin', () => {
    const starts = Array.from({ length: 50 }, (_, index) => windowAt(NOW, `reader-${index}`).startsAtEpochSeconds);

    expect(new Set(starts).size).toBeGreaterThan(40);
  });

  it('holds nothing of the identifier in its key', () => {
    expect(windowAt(NOW, 'reader@example.com').key).not.toMatch(/reader|example/);
  });

  it('shares the global maximum out over the shards, and none of them gets nothing', () => {
    const maxOf = (max: number) =>
      limitWindow({ policy: { ...policy, max }, keyDigest: digestOf(''), shard: 3, nowSeconds: NOW }).max;

    expect(maxOf(20_000)).toBe(20_000 / GLOBAL_LIMIT_SHARDS);
    expect(maxOf(17)).toBe(2);
    expect(maxOf(1)).toBe(1);
  });

  it('keeps the shards of one window apart', () => {
    const keys = Array.from({ length: GLOBAL_LIMIT_SHARDS }, (_, shard) => windowAt(NOW, '', shard).key);

    expect(new Set(keys).size).toBe(GLOBAL_LIMIT_SHARDS);
  });

  it('tells whoever is refused to wait for the counter that lasts longest, at least a second', () => {
    const short = { ...windowAt(NOW), endsAtEpochSeconds: NOW + 10 };
    const long = { ...windowAt(NOW), policy: { ...policy, max: 30 }, endsAtEpochSeconds: NOW + 50 };

    expect(limitExceeded([short, long], NOW)).toEqual({ limit: 30, windowSeconds: 3600, retryAfterSeconds: 50 });
    expect(limitExceeded([short], NOW + 10).retryAfterSeconds).toBe(1);
  });
});
