/**
 * CloudWatch's metric math, as far as our alarms use it, for one period. A value is missing (`null`) where a series has no point in it, or no point
 * at all.
 *
 * @see CloudWatch user guide, "Using math expressions with CloudWatch metrics"
 */

/** What `FILL` makes of a series without any point, which AWS does not say. */
export type EmptySeries = 'is filled' | 'stays empty';

/** Both readings: an alarm has to hold in each. */
export const READINGS: readonly EmptySeries[] = ['is filled', 'stays empty'];

/** A number of the expression itself, or the point of a series. */
interface Value {
  isSeries: boolean;
  point: number | null;
}

const scalar = (point: number): Value => ({ isSeries: false, point });
const series = (point: number | null): Value => ({ isSeries: true, point });

const asNumber = (holds: boolean): number => (holds ? 1 : 0);

const OPERATORS: Readonly<Record<string, { rank: number; apply: (a: number, b: number) => number | null }>> = {
  OR: { rank: 1, apply: (a, b) => asNumber(a !== 0 || b !== 0) },
  AND: { rank: 2, apply: (a, b) => asNumber(a !== 0 && b !== 0) },
  '>=': { rank: 3, apply: (a, b) => asNumber(a >= b) },
  '<=': { rank: 3, apply: (a, b) => asNumber(a <= b) },
  '==': { rank: 3, apply: (a, b) => asNumber(a === b) },
  '>': { rank: 3, apply: (a, b) => asNumber(a > b) },
  '<': { rank: 3, apply: (a, b) => asNumber(a < b) },
  '+': { rank: 4, apply: (a, b) => a + b },
  '-': { rank: 4, apply: (a, b) => a - b },
  '*': { rank: 5, apply: (a, b) => a * b },
  '/': { rank: 5, apply: (a, b) => (b === 0 ? null : a / b) }, // such a point is dropped
};

const TOKENS = /\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|>=|<=|==|[-+*/<>(),])/y;

const tokensOf = (expression: string): string[] => {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < expression.trimEnd().length) {
    const [, token] = TOKENS.exec(expression) ?? [];
    if (token === undefined) throw new Error(`no metric math: ${expression}`);
    tokens.push(token);
  }
  return tokens;
};

/** A point where one side has one: what is missing on the other counts as 0. A series without a point has none beside a number either. */
const combine = (operator: string, left: Value, right: Value): Value => {
  const sides = [left, right];
  const points = sides.filter(({ isSeries }) => isSeries).map(({ point }) => point);
  const apply = OPERATORS[operator]?.apply;
  if (!apply) throw new Error(`no operator of metric math: ${operator}`);
  if (points.length > 0 && points.every((point) => point === null)) return series(null);
  return { isSeries: points.length > 0, point: apply(left.point ?? 0, right.point ?? 0) };
};

/**
 * Evaluates an expression.
 *
 * @param values by id; a missing one has no point
 * @returns `null` where the result has none
 * @throws Error for what is no metric math
 */
export const evaluate = (
  expression: string,
  values: Readonly<Record<string, number>>,
  emptySeries: EmptySeries,
): number | null => {
  const tokens = tokensOf(expression);
  let next = 0;
  const take = (wanted?: string): string => {
    const token = tokens[next];
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`no metric math: ${expression}`);
    next += 1;
    return token;
  };

  const FUNCTIONS: Readonly<Record<string, (...args: Value[]) => Value>> = {
    // A condition without a point drops the point; a value without one is 0.
    IF: (condition = scalar(0), yes = scalar(0), no = series(null)) => {
      if (condition.point === null) return series(null);
      return condition.point === 0 ? series(no.point) : series(yes.point ?? 0);
    },
    FILL: (filled = series(null), filler = scalar(0)) =>
      series(filled.point ?? (emptySeries === 'is filled' ? filler.point : null)),
  };

  const operand = (): Value => {
    const token = take();
    if (token === '(') {
      const inner = whole(0);
      take(')');
      return inner;
    }
    if (/^\d/.test(token)) return scalar(Number(token));
    const called = FUNCTIONS[token];
    if (!called) return series(values[token] ?? null);
    take('(');
    const args = [whole(0)];
    while (tokens[next] === ',') {
      take(',');
      args.push(whole(0));
    }
    take(')');
    return called(...args);
  };

  /** Everything that binds closer than a rank. */
  const whole = (rank: number): Value => {
    let left = operand();
    for (;;) {
      const operator = tokens[next] ?? '';
      const its = OPERATORS[operator]?.rank ?? 0;
      if (its <= rank) return left;
      take(operator);
      left = combine(operator, left, whole(its));
    }
  };

  const result = whole(0);
  if (next < tokens.length) throw new Error(`no metric math: ${expression}`);
  return result.point;
};

/**
 * Whether an alarm goes off with these values of its metrics.
 *
 * @throws Error where that hangs on what FILL makes of an empty series
 */
export const goesOff = (
  { expression = '', threshold }: { expression?: string | undefined; threshold: number },
  values: Readonly<Record<string, number>>,
): boolean => {
  const [one, other] = READINGS.map((reading) => (evaluate(expression, values, reading) ?? 0) >= threshold);
  if (one === undefined || one !== other) throw new Error(`it hangs on the reading of FILL: ${expression}`);
  return one;
};
