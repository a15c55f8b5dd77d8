/** A place in a row: an attribute, or a key within an attribute that is a map. */
export type Path<Row> = (keyof Row & string) | readonly [attribute: keyof Row & string, ...keys: string[]];

/** The values and names of one expression, each under a placeholder of its own. */
interface Placeholders {
  values: Record<string, unknown>;
  names: Record<string, string>;
}

/** Makes the placeholders of an expression while it is written. Nothing that varies becomes part of the text itself. */
export const makeBinder = () => {
  const values: Record<string, unknown> = {};
  const names: Record<string, string> = {};
  return {
    placeholders: { values, names } satisfies Placeholders,
    /** @returns the placeholder of a value */
    value: (value: unknown): string => {
      const name = `:v${Object.keys(values).length}`;
      values[name] = value;
      return name;
    },
    /** @returns the aliased path: an attribute is `#name` and stands for itself, a key of a map has an alias */
    path: (path: string | readonly string[]): string => {
      const [attribute = '', ...keys] = typeof path === 'string' ? [path] : path;
      const aliases = keys.map((key) => {
        const known = Object.entries(names).find(([, name]) => name === key)?.[0];
        const alias = known ?? `#k${Object.keys(names).length}`;
        names[alias] = key;
        return alias;
      });
      return [`#${attribute}`, ...aliases].join('.');
    },
  };
};

type Binder = ReturnType<typeof makeBinder>;

/** A condition on one row, written when the write that it belongs to is. */
export type Condition = (bind: Binder) => string;

/**
 * The conditions that a write of a row can have. All of them read the row as it is when DynamoDB decides; a comparison with an
 * attribute that is absent does not hold.
 */
export interface Conditions<Row> {
  exists: Condition;
  /** The row is not there. */
  isNew: Condition;
  has(path: Path<Row>): Condition;
  lacks(path: Path<Row>): Condition;
  is<Attribute extends keyof Row & string>(path: Attribute, value: Row[Attribute]): Condition;
  is(path: readonly [keyof Row & string, string, ...string[]], value: unknown): Condition;
  isNot(path: Path<Row>, value: unknown): Condition;
  isOneOf(path: Path<Row>, values: readonly unknown[]): Condition;
  /** Of a type that DynamoDB names, such as `N`. */
  isOfType(path: Path<Row>, type: 'N' | 'S' | 'M'): Condition;
  below(path: Path<Row>, bound: number): Condition;
  atMost(path: Path<Row>, bound: number): Condition;
  above(path: Path<Row>, bound: number): Condition;
  /** A map has at most so many keys. */
  sizeAtMost(path: keyof Row & string, bound: number): Condition;
  /** One number of the row is not above another of it. */
  notAbove(path: keyof Row & string, other: keyof Row & string): Condition;
  /** The row has not expired. TTL deletion can lag days, so its presence says nothing. */
  lives(nowSeconds: number): Condition;
  hasExpired(nowSeconds: number): Condition;
  and(...conditions: readonly Condition[]): Condition;
  or(...conditions: readonly Condition[]): Condition;
}

const comparing =
  (operator: string) =>
  (path: string | readonly string[], value: unknown): Condition =>
  (bind) =>
    `${bind.path(path)} ${operator} ${bind.value(value)}`;

const joined =
  (operator: 'AND' | 'OR') =>
  (...conditions: readonly Condition[]): Condition =>
  (bind) =>
    conditions.length === 1 && conditions[0]
      ? conditions[0](bind)
      : `(${conditions.map((condition) => condition(bind)).join(` ${operator} `)})`;

const above = comparing('>');
const atMost = comparing('<=');

/** The same for every row: which attributes there are is the compiler's business. */
export const CONDITIONS: Conditions<Record<string, unknown>> = {
  exists: () => 'attribute_exists(#pk)',
  isNew: () => 'attribute_not_exists(#pk)',
  has: (path) => (bind) => `attribute_exists(${bind.path(path)})`,
  lacks: (path) => (bind) => `attribute_not_exists(${bind.path(path)})`,
  is: comparing('='),
  isNot: comparing('<>'),
  isOneOf: (path, values) => (bind) => `${bind.path(path)} IN (${values.map(bind.value).join(', ')})`,
  isOfType: (path, type) => (bind) => `attribute_type(${bind.path(path)}, ${bind.value(type)})`,
  below: comparing('<'),
  atMost,
  above,
  sizeAtMost: (path, bound) => (bind) => `size(${bind.path(path)}) <= ${bind.value(bound)}`,
  notAbove: (path, other) => (bind) => `${bind.path(path)} <= ${bind.path(other)}`,
  lives: (nowSeconds) => above('expiresAtEpochSeconds', nowSeconds),
  hasExpired: (nowSeconds) => atMost('expiresAtEpochSeconds', nowSeconds),
  and: joined('AND'),
  or: joined('OR'),
};
