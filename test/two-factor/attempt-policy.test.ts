import { describe, expect, it } from '@jest/globals';
import {
  FAILURE_MEMORY_SECONDS,
  FALLBACK_FAILURES,
  FREE_FAILURES,
  isOwnerTold,
  lockSeconds,
  outcomeOfRefusal,
  type Reservation,
  TRIES_PER_CHALLENGE,
  TRIES_WITHOUT_ID,
} from '../../shared/two-factor/attempt-policy.ts';

/** Times of failures of an attacker who waits only for each lock's end, in seconds from the first. */
const withoutRest = (seconds: number): number[] => {
  const times: number[] = [];
  for (let second = 0; second < seconds; second += lockSeconds(times.length)) times.push(second);
  return times;
};

describe('attempts', () => {
  it('are five for a challenge and twenty for an account and factor', () => {
    expect([TRIES_PER_CHALLENGE, FREE_FAILURES]).toEqual([5, 20]);
  });

  it('are three of the five for a caller without the id, and ten of the twenty for a code that was compared before', () => {
    expect([TRIES_WITHOUT_ID, FALLBACK_FAILURES]).toEqual([3, 10]);
  });

  it.each<[Reservation[], string]>([
    [[], 'failure'],
    [['allowed'], 'failure'],
    [['exhausted', 'allowed'], 'failure'],
    [['exhausted'], 'tries-used-up'],
    [['reserved'], 'tries-used-up'],
    [['locked'], 'locked'],
    [['allowed', 'locked'], 'locked'],
  ])('of %j that prove nothing are logged as %s', (reservations, outcome) => {
    expect(outcomeOfRefusal(reservations)).toBe(outcome);
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

  it('come to 48 in a day at the most, even by somebody who waits out every lock: NIST allows a hundred', () => {
    expect(withoutRest(FAILURE_MEMORY_SECONDS)).toHaveLength(48);
  });

  it('are told of with the one that begins a lock, and then no more than twice a day while guessing goes on', () => {
    const told = withoutRest(30 * FAILURE_MEMORY_SECONDS).filter((_, index) => isOwnerTold(index + 1));

    const gapsSeconds = told.slice(1).map((second, index) => second - (told[index] ?? 0));
    expect([isOwnerTold(0), isOwnerTold(FREE_FAILURES - 1), isOwnerTold(FREE_FAILURES)]).toEqual([false, false, true]);
    expect(Math.min(...gapsSeconds)).toBeGreaterThan(FAILURE_MEMORY_SECONDS / 2);
  });
});
