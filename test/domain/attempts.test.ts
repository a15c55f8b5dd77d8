import { describe, expect, it } from '@jest/globals';
import {
  FAILURE_WINDOW_SECONDS,
  FREE_FAILURES,
  failureWindow,
  lockSeconds,
  TRIES_PER_CHALLENGE,
} from '../../shared/domain/attempts.ts';

const NOW = 1_795_251_600;
const ACCOUNT = '3f2a9c10-0000-4000-8000-000000000000';

describe('attempts', () => {
  it('are five for a challenge and twenty for an account and factor', () => {
    expect([TRIES_PER_CHALLENGE, FREE_FAILURES]).toEqual([5, 20]);
  });

  it.each([
    [1, 0],
    [19, 0],
    [20, 60],
    [21, 120],
    [22, 240],
    [23, 480],
    [24, 960],
    [25, 1920],
    [26, 3600],
    [27, 3600],
    [100, 3600],
    [1_000_000, 3600],
  ])('lock with failure number %d for %d seconds: never more than an hour, never for ever', (used, seconds) => {
    expect(lockSeconds(used)).toBe(seconds);
  });

  it('stay below the hundred in a day that NIST allows, even by somebody who waits out every lock', () => {
    let failures = 0;
    for (let second = 0; second < FAILURE_WINDOW_SECONDS; second += Math.max(1, lockSeconds(failures))) failures += 1;

    expect(failures).toBeLessThan(100);
  });

  describe('a window', () => {
    it('lasts a day and ends when the next begins', () => {
      const { index, endsAtEpochSeconds } = failureWindow(ACCOUNT, NOW);

      expect(endsAtEpochSeconds - NOW).toBeGreaterThan(0);
      expect(endsAtEpochSeconds - NOW).toBeLessThanOrEqual(FAILURE_WINDOW_SECONDS);
      expect(failureWindow(ACCOUNT, endsAtEpochSeconds - 1)).toEqual({ index, endsAtEpochSeconds });
      expect(failureWindow(ACCOUNT, endsAtEpochSeconds)).toEqual({
        index: index + 1,
        endsAtEpochSeconds: endsAtEpochSeconds + FAILURE_WINDOW_SECONDS,
      });
    });

    it('of each account has a phase of its own, so that not everybody can be tried anew at midnight', () => {
      const ends = Array.from({ length: 64 }, (_, index) => {
        const accountId = `${(index * 0x3f2a9c1).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
        return failureWindow(accountId, NOW).endsAtEpochSeconds;
      });

      expect(new Set(ends).size).toBeGreaterThan(60);
    });
  });
});
