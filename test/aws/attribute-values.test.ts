import { marshall as marshallOfSdk, unmarshall as unmarshallOfSdk } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Attributes, marshall, unmarshall } from '../../shared/aws/attribute-values.ts';

/** Bytes as the protocol writes them, in place of what the SDK's library leaves to its client. */
const asJson = (attributes: unknown): unknown =>
  JSON.parse(
    JSON.stringify(attributes, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );

/** The other way: what the SDK's client makes of the protocol's JSON before its library sees it. */
const withBytes = (attribute: unknown): unknown => {
  if (typeof attribute !== 'object' || attribute === null) return attribute;
  if (Array.isArray(attribute)) return attribute.map(withBytes);
  return Object.fromEntries(
    Object.entries(attribute).map(([kind, value]) => {
      if (kind === 'B' && typeof value === 'string') return [kind, new Uint8Array(Buffer.from(value, 'base64'))];
      if (kind === 'BS' && Array.isArray(value) && value.every((one) => typeof one === 'string'))
        return [kind, value.map((one) => new Uint8Array(Buffer.from(one, 'base64')))];
      return [kind, withBytes(value)];
    }),
  );
};

const outcomeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch {
    return 'refused';
  }
};

const bytes = fc.uint8Array({ maxLength: 20 });
const numbers = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(0, -0, 0.1, 1e-130, Number.MIN_VALUE),
);
const bigints = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
const texts = fc.string({ unit: 'binary', maxLength: 12 });
const names = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom('S', 'N', 'B', 'L', 'M', 'NULL', 'BS'),
);
const sets = fc.oneof(
  fc.uniqueArray(texts, { minLength: 1, maxLength: 4 }),
  fc.uniqueArray(numbers, { minLength: 1, maxLength: 4 }),
  fc.uniqueArray(bigints, { minLength: 1, maxLength: 4 }),
  fc.array(bytes, { minLength: 1, maxLength: 4 }),
);
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    texts,
    numbers,
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    bigints,
    bytes,
    sets.map((members) => new Set<unknown>(members)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }).map((members) => new Map(Object.entries(members))),
  ),
}));
const items = fc.dictionary(names, values, { maxKeys: 6, noNullPrototype: true });

describe('the form of a row', () => {
  it("is the one that the SDK's library makes of the same values", () => {
    fc.assert(
      fc.property(items, (item) => {
        expect(marshall(item)).toEqual(asJson(marshallOfSdk(item, { removeUndefinedValues: true })));
      }),
      { numRuns: 2000 },
    );
  });

  it("is read as the SDK's library reads it", () => {
    fc.assert(
      fc.property(items, (item) => {
        const stored = asJson(marshall(item));

        expect(unmarshall(stored as Attributes)).toEqual(
          unmarshallOfSdk(withBytes(stored) as Parameters<typeof unmarshallOfSdk>[0]),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps numbers of 38 digits exactly or refuses them, as the library does', () => {
    const digits = fc.stringMatching(/^-?[1-9]\d{0,37}$/);
    const decimals = fc.stringMatching(/^-?\d{1,20}\.\d{1,18}$/);
    const exponents = fc.stringMatching(/^-?[1-9](\.\d{1,8})?E[+-]?\d{1,2}$/);

    fc.assert(
      fc.property(fc.oneof(digits, decimals, exponents), (N) => {
        const attributes: Attributes = { n: { N } };

        const read = outcomeOf(() => unmarshall(attributes));

        expect(read).toEqual(outcomeOf(() => unmarshallOfSdk(attributes)));
        if (/^-?\d+$/.test(N)) expect(marshall(read as Record<string, unknown>)).toEqual(attributes);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['no number', Number.NaN],
    ['an endless one', Number.POSITIVE_INFINITY],
    ['one that may be rounded already', 2 ** 53],
    ['the same below zero', -(2 ** 53)],
    ['a set of nothing', new Set()],
    ['a set of sets', new Set([new Set(['a'])])],
    ['a date', new Date(0)],
    ['a symbol', Symbol('s')],
    ['an instance of a class', new URL('https://example.com')],
  ])('does not take %s, and nor does the library', (_, value) => {
    expect(() => marshall({ deep: [{ value }] })).toThrow();
    expect(() => marshallOfSdk({ deep: [{ value }] }, { removeUndefinedValues: true })).toThrow();
  });

  it('takes a mixed set for a mistake', () => {
    expect(() => marshall({ mixed: new Set(['a', 1]) })).toThrow("a row can't have a set of other than");
  });

  it('has every member that a client has named, also one that would be the prototype', () => {
    const named = JSON.parse('{"__proto__":{"admin":true},"a":1}') as Record<string, unknown>;

    const stored = JSON.parse(JSON.stringify(marshall({ named }))) as Attributes;
    const read = unmarshall(stored).named as Record<string, unknown>;

    expect(Object.keys(read)).toEqual(['__proto__', 'a']);
    expect(read.admin).toBeUndefined();
  });

  it('is not read where DynamoDB has a kind of value that there is none of today', () => {
    expect(() => unmarshall({ a: { V: '1' } } as unknown as Attributes)).toThrow('a kind that is not known');
  });
});
