import { describe, expect, it } from '@jest/globals';
import { type EmptySeries, evaluate, READINGS } from '../support/metric-math.ts';

/** In both readings, which have to agree. */
const value = (expression: string, values: Record<string, number>): number | null => {
  const [one, other] = READINGS.map((reading) => evaluate(expression, values, reading));
  expect(one).toBe(other);
  return one ?? null;
};

/** @see CloudWatch user guide, "Using math expressions with CloudWatch metrics": the examples of its tables */
describe('metric math', () => {
  it.each([
    ['a + b * c', { a: 1, b: 2, c: 3 }, 7],
    ['(a + b) * c', { a: 1, b: 2, c: 3 }, 9],
    ['a - b - c', { a: 9, b: 2, c: 3 }, 4],
    ['100 * a / b', { a: 1, b: 4 }, 25],
  ])('computes %s as arithmetic does', (expression, values, result) => {
    expect(value(expression, values)).toBe(result);
  });

  it('takes a missing point for 0 beside another, and has none where both are missing', () => {
    expect(value('a + b', { a: 3 })).toBe(3);
    expect(value('a - b', { b: 3 })).toBe(-3);
    expect(value('a + b', {})).toBeNull();
    expect(value('a > 0', {})).toBeNull();
  });

  it('drops what is divided by 0', () => {
    expect(value('a / b', { a: 1, b: 0 })).toBeNull();
    expect(value('a / b', { a: 1 })).toBeNull();
  });

  it.each([
    [{ a: 30, b: 20 }, 0],
    [{ a: 20 }, 0],
    [{ a: 0, b: 20 }, 1],
  ])('compares the points of %j', (values, result) => {
    expect(value('a < b', values)).toBe(result);
  });

  it.each([
    [{ a: 1, b: 30, c: 0 }, 30],
    [{ a: 1, c: 0 }, 0],
    [{ a: 0, b: 0, c: 20 }, 20],
    [{ a: 0, b: 0 }, null],
    [{ b: 30, c: 20 }, null],
  ])('chooses by the point of a condition: IF(a, b, c) of %j', (values, result) => {
    expect(value('IF(a, b, c)', values)).toBe(result);
  });

  it.each<[EmptySeries, number | null]>([
    ['is filled', 7],
    ['stays empty', null],
  ])('has two readings of FILL for a series without a point: it %s', (reading, result) => {
    expect(evaluate('FILL(a, 7)', {}, reading)).toBe(result);
    expect(evaluate('FILL(a, 7)', { a: 1 }, reading)).toBe(1);
  });

  it.each(['a +', 'a b', 'IF(a', '"a"', ''])('refuses %j', (expression) => {
    expect(() => evaluate(expression, {}, 'is filled')).toThrow('no metric math');
  });
});
