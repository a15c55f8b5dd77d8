import { describe, expect, it } from '@jest/globals';
import { makeRequestTokens } from '../../local/database/request-tokens.ts';
import { makeFakeClock } from '../support/fake-clock.ts';

const TEN_MINUTES_MS = 600_000;

describe('request-tokens', () => {
  it('tells what came of a transaction, as long as DynamoDB does', () => {
    const clock = makeFakeClock();
    const tokens = makeRequestTokens({ clock });
    tokens.note('one', 'stored');
    tokens.note('two', 'unknown');

    clock.advance(TEN_MINUTES_MS / 1000 - 1);
    tokens.note('three', 'stored');
    const within = ['one', 'two', 'three', 'four'].map(tokens.outcomeOf);
    clock.advance(2);
    tokens.note('four', 'stored');
    const after = ['one', 'two', 'three', 'four'].map(tokens.outcomeOf);

    expect(within).toEqual(['stored', 'unknown', 'stored', null]);
    expect(after).toEqual([null, null, 'stored', 'stored']);
  });

  it('knows no operation without a token', () => {
    const tokens = makeRequestTokens({ clock: makeFakeClock() });

    tokens.note(undefined, 'stored');

    expect(tokens.outcomeOf(undefined)).toBeNull();
  });
});
