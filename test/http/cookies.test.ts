import { describe, expect, it } from '@jest/globals';
import { cookiesOf } from '../../shared/http/cookies.ts';

describe('cookies', () => {
  it('are read by name, each as it came', () => {
    expect(cookiesOf(['a=1', 'b=x=y', 'c=', '__proto__=z'])).toEqual(
      Object.fromEntries([
        ['a', '1'],
        ['b', 'x=y'],
        ['c', ''],
        ['__proto__', 'z'],
      ]),
    );
    expect(cookiesOf(undefined)).toEqual({});
  });

  it.each([[['a=1', 'a=2']], [['a=1', 'a=1']], [['a=1', 'b=2', 'a=']], [['a=1', 'a=2', 'a=3']]])(
    'have no value, and are not absent, when they come more than once: %j',
    (cookies) => {
      expect(cookiesOf(cookies)).toMatchObject({ a: '' });
    },
  );
});
