import { describe, expect, it } from '@jest/globals';
import { sessionExpiry } from '../../shared/session/session-expiry.ts';

describe('the end of a session', () => {
  it.each([
    ['the idle time is over', 1000, 1600],
    ['its absolute end comes first', 1500, 2000],
    ['both are at the same second', 1400, 2000],
  ])('is when %s', (_, nowSeconds, end) => {
    expect(sessionExpiry({ nowSeconds, idleSeconds: 600, absoluteEndEpochSeconds: 2000 })).toBe(end);
  });
});
