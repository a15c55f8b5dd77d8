import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  FIRST_SPACING_SECONDS,
  type MailedToken,
  nextSpacingSeconds,
  tokenStep,
} from '../../../functions/deliver-messages/token-spacing.ts';

const token = (changes: Partial<MailedToken> = {}): MailedToken => ({
  beganAtEpochSeconds: 0,
  expiresAtEpochSeconds: 1800,
  handedAtEpochSeconds: 0,
  spacingSeconds: 30,
  ...changes,
});

describe('token-spacing', () => {
  it.each<[string, MailedToken | null, number, string]>([
    ['no token lives', null, 0, 'begin'],
    ['the token is over', token(), 1800, 'begin'],
    ['the token is over and its last mail was just sent', token({ handedAtEpochSeconds: 1799 }), 1800, 'begin'],
    ['the token has a second left and its mail was just sent', token({ handedAtEpochSeconds: 1799 }), 1799, 'spaced'],
    ['its mail was sent a second too short ago', token(), 29, 'spaced'],
    ['its mail was sent long enough ago', token(), 30, 'repeat'],
    ['no mail of it was ever sent', token({ handedAtEpochSeconds: null }), 0, 'repeat'],
    ['no mail of it was ever sent, and half of its life is over', token({ handedAtEpochSeconds: null }), 900, 'begin'],
    ['half of its life is not over', token({ handedAtEpochSeconds: 450, spacingSeconds: 480 }), 899, 'spaced'],
    [
      'half of its life is over, whatever the spacing',
      token({ handedAtEpochSeconds: 450, spacingSeconds: 480 }),
      900,
      'begin',
    ],
    ['its mail was sent just before half of its life', token({ handedAtEpochSeconds: 890 }), 919, 'spaced'],
    ['that mail was sent 30 seconds ago', token({ handedAtEpochSeconds: 890 }), 920, 'begin'],
  ])('where %s', (_, mailed, nowSeconds, step) => {
    expect(tokenStep(mailed, nowSeconds)).toBe(step);
  });

  it.each([
    [null, 30],
    [30, 60],
    [60, 120],
    [480, 900],
    [900, 900],
  ])('after a spacing of %s seconds is %s', (before, next) => {
    expect(nextSpacingSeconds(before, 1800)).toBe(next);
  });

  it('leaves who asks at any second, of any flood and any life, a token that lives for nearly half of it', () => {
    const floods = fc.record({
      lifeSeconds: fc.integer({ min: 300, max: 3600 }),
      gaps: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 }),
    });
    fc.assert(
      fc.property(floods, ({ lifeSeconds, gaps }) => {
        let mailed: MailedToken | null = null;
        let now = 0;
        let lastMailAt = Number.NEGATIVE_INFINITY;
        for (const gap of gaps) {
          now += gap;
          const step = tokenStep(mailed, now);
          if (step === 'spaced') {
            expect((mailed?.expiresAtEpochSeconds ?? 0) - now).toBeGreaterThanOrEqual(
              Math.floor(lifeSeconds / 2) - FIRST_SPACING_SECONDS,
            );
            continue;
          }
          expect(now - lastMailAt).toBeGreaterThanOrEqual(FIRST_SPACING_SECONDS);
          lastMailAt = now;
          const lives: boolean = mailed !== null && mailed.expiresAtEpochSeconds > now;
          const before: number | null = lives && mailed ? mailed.spacingSeconds : null;
          const begun: MailedToken =
            step === 'repeat' && mailed
              ? mailed
              : {
                  beganAtEpochSeconds: now,
                  expiresAtEpochSeconds: now + lifeSeconds,
                  handedAtEpochSeconds: null,
                  spacingSeconds: 0,
                };
          mailed = {
            ...begun,
            handedAtEpochSeconds: now,
            spacingSeconds: nextSpacingSeconds(before, lifeSeconds),
          };
        }
      }),
    );
  });
});
