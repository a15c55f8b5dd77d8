import { types } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './dynamo.ts';

/** A row in DynamoDB's form. */
export type Attributes = Record<string, AttributeValue>;

/** A value in the JSON of the protocol, where bytes are base64. */
type JsonAttribute = { [type in 'S' | 'N' | 'B']?: string } & { [type in 'SS' | 'NS' | 'BS']?: string[] } & {
  BOOL?: boolean;
  NULL?: boolean;
  L?: JsonAttribute[];
  M?: Record<string, JsonAttribute>;
};

type JsonAttributes = Record<string, JsonAttribute>;

const isLeftOut = (value: unknown): boolean => value === undefined || typeof value === 'function';

const unsupported = (what: string): Error => new Error(`a row can't have a ${what}`);

/** Sets a member that stays one under every name: an assignment to `__proto__` would make it the prototype. */
const put = <Value>(object: Record<string, Value>, name: string, value: Value): void => {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
};

/** @throws Error for a number that JavaScript may already have rounded; DynamoDB has 38 digits */
const numberText = (value: number | bigint): string => {
  if (typeof value === 'bigint' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value.toString();
  throw unsupported('number beyond those that are exact');
};

const isBytes = (value: object): value is ArrayBufferView | ArrayBuffer =>
  ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);

const base64 = (value: ArrayBufferView | ArrayBuffer): string =>
  (ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value)
  ).toString('base64');

const setAttribute = (set: ReadonlySet<unknown>): JsonAttribute => {
  const members = [...set].filter((member) => member !== undefined);
  if (members.length === 0) throw unsupported('set of nothing');
  if (members.every((member) => typeof member === 'string')) return { SS: members };
  if (members.every((member) => typeof member === 'number' || typeof member === 'bigint'))
    return { NS: members.map(numberText) };
  if (members.every((member) => typeof member === 'object' && member !== null && isBytes(member)))
    return { BS: members.map(base64) };
  throw unsupported('set of other than texts, numbers or bytes');
};

const attributesOf = (entries: Iterable<[string, unknown]>): JsonAttributes => {
  const attributes: JsonAttributes = {};
  for (const [name, value] of entries) if (!isLeftOut(value)) put(attributes, name, toAttribute(value));
  return attributes;
};

const objectAttribute = (value: object): JsonAttribute => {
  if (Array.isArray(value)) return { L: value.filter((member) => !isLeftOut(member)).map(toAttribute) };
  if (isBytes(value)) return { B: base64(value) };
  if (types.isSet(value)) return setAttribute(value);
  if (types.isMap(value)) return { M: attributesOf(value as Map<string, unknown>) };
  // By name, since tests hand in objects of another realm.
  const kind = (value.constructor as { name?: string } | undefined)?.name ?? 'Object';
  if (kind === 'Object') return { M: attributesOf(Object.entries(value)) };
  throw unsupported(`value of the kind ${kind}`);
};

const toAttribute = (value: unknown): JsonAttribute => {
  if (value === null) return { NULL: true };
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
    case 'bigint':
      return { N: numberText(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return objectAttribute(value);
    default:
      throw unsupported(`value of the type ${typeof value}`);
  }
};

/** A number, or a bigint where a number would be rounded. @throws SyntaxError for a large one with decimals or an exponent */
const toNumber = (text: string): number | bigint => {
  const number = Number(text);
  return Number.isFinite(number) && Math.abs(number) > Number.MAX_SAFE_INTEGER ? BigInt(text) : number;
};

const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const toValue = (attribute: JsonAttribute): unknown => {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return toNumber(attribute.N);
  if (attribute.M !== undefined) return toItem(attribute.M);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.NULL !== undefined) return null;
  if (attribute.L !== undefined) return attribute.L.map(toValue);
  if (attribute.B !== undefined) return toBytes(attribute.B);
  if (attribute.SS !== undefined) return new Set(attribute.SS);
  if (attribute.NS !== undefined) return new Set(attribute.NS.map(toNumber));
  if (attribute.BS !== undefined) return new Set(attribute.BS.map(toBytes));
  throw new Error('the row has a value of a kind that is not known');
};

const toItem = (attributes: JsonAttributes): Item => {
  const item: Item = {};
  for (const name of Object.keys(attributes)) put(item, name, toValue(attributes[name] as JsonAttribute));
  return item;
};

/**
 * Plain values in the form of the protocol's JSON, as `@aws-sdk/util-dynamodb` makes them with `removeUndefinedValues`, and with the
 * same rule for numbers; bytes are base64 already. `test/aws/attribute-values.test.ts` holds both against each other.
 *
 * @returns for a request's JSON; its type is the SDK's, so that one place builds requests for both clients
 * @throws Error for what a row can't have: a number beyond ±(2⁵³ − 1) or none, an empty or mixed set, an instance of a class
 */
export const marshall = (values: Record<string, unknown>): Attributes =>
  attributesOf(Object.entries(values)) as unknown as Attributes;

/** The other way. @param attributes of an answer's JSON @throws SyntaxError for a large number with decimals or an exponent */
export const unmarshall = (attributes: Attributes): Item => toItem(attributes as unknown as JsonAttributes);
