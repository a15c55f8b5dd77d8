import { describe, expect, it } from '@jest/globals';
import { isOfCaller, keptSeconds } from '../../shared/idempotency/kept-answer-policy.ts';

const OF_ACCOUNT = { accountId: 'account', sessionId: 'session', epoch: 7 };

describe('an answer kept for a repeat', () => {
  it.each([
    ['day', null, 86_400],
    ['minutes', null, 600],
    ['day', 'answer', 60],
    ['minutes', 'answer', 60],
    ['day', 'access-token', 60],
    ['minutes', 'access-token', 60],
    ['day', 'member', 60],
    ['minutes', 'member', 600],
  ] as const)('for a %s, with tokens as %j, is kept for %i seconds', (keptFor, tokens, seconds) => {
    expect(keptSeconds(keptFor, tokens)).toBe(seconds);
  });

  it.each([
    ['of the epoch after the action', 7, null, true],
    ['of the epoch before', 6, null, false],
    ['of the epoch before, of which a whole answer has carried the session over', 6, 'answer', false],
    ['of the epoch before, whose session the answer carries over', 6, 'member', true],
    ['two epochs old', 5, 'member', false],
    ['of a later epoch', 8, 'member', false],
  ] as const)('is judged by a token %s', (_, epoch, tokens, isGood) => {
    expect(isOfCaller(OF_ACCOUNT, { epoch }, tokens)).toBe(isGood);
  });

  it('is good where the flow itself reads the token, or wants none', () => {
    expect(isOfCaller(OF_ACCOUNT, null, null)).toBe(true);
  });
});
