import type { DynamoCall } from './dynamo-proxy.ts';

/** Parts of a request that don't depend on the account. */
const CONSTANT = new Set([
  'TableName',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
  'ConsistentRead',
]);

/** The kind of a key without its id: `ACCOUNT#…`. */
const kindOf = (text: string): string => /^[A-Z_]+(?=#|$)/.exec(text)?.[0] ?? 'text';

const outlineOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(outlineOf);
  if (typeof value === 'string') return kindOf(value);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, CONSTANT.has(name) ? inner : outlineOf(inner)]),
  );
};

/** A call without its values: what an observer of count and time could learn (enumeration). */
export const shapeOf = ({ operation, body }: DynamoCall): unknown => ({ operation, ...(outlineOf(body) as object) });

/** Shapes of the calls during an action. */
export const shapesDuring = async (
  { calls }: { calls: readonly DynamoCall[] },
  something: () => Promise<unknown>,
): Promise<unknown[]> => {
  const before = calls.length;
  await something();
  return calls.slice(before).map(shapeOf);
};

/** Operations called during an action, in order. */
export const operationsDuring = async (
  { calls }: { calls: readonly DynamoCall[] },
  something: () => Promise<unknown>,
): Promise<string[]> => {
  const before = calls.length;
  await something();
  return calls.slice(before).map(({ operation }) => operation);
};

/** The kind of each part of a transaction, and the table that it is about. */
export const partsOf = (call: DynamoCall | undefined): [kind: string, table: string][] =>
  ((call?.body.TransactItems ?? []) as Record<string, { TableName: string }>[]).flatMap((part) =>
    Object.entries(part).map(([kind, { TableName }]): [string, string] => [kind, TableName]),
  );

/** Whether a call writes a row with such a key prefix, in a transaction or alone. */
export const writesTo =
  (keyPrefix: string) =>
  ({ operation, body }: DynamoCall): boolean =>
    !/Get/.test(operation) && JSON.stringify(body).includes(`{"S":"${keyPrefix}`);

/** Whether a call reads a row with such a key prefix. */
export const readsFrom =
  (keyPrefix: string) =>
  ({ operation, body }: DynamoCall): boolean =>
    /Get/.test(operation) && JSON.stringify(body).includes(`{"S":"${keyPrefix}`);
