import type { DynamoCall } from './dynamo-proxy.ts';

/** The parts of a request that are the same whoever it is about. */
const CONSTANT = new Set([
  'TableName',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
  'ConsistentRead',
]);

/** Of a key only its kind is kept: `ACCOUNT#…` and not whose. */
const kindOf = (text: string): string => /^[A-Z_]+(?=#|$)/.exec(text)?.[0] ?? 'text';

const outlineOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(outlineOf);
  if (typeof value === 'string') return kindOf(value);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, CONSTANT.has(name) ? inner : outlineOf(inner)]),
  );
};

/** A call without its values: what somebody sees of it who can only count and time. */
export const shapeOf = ({ operation, body }: DynamoCall): unknown => ({ operation, ...(outlineOf(body) as object) });

/** The shapes of the calls that something makes. */
export const shapesDuring = async (
  { calls }: { calls: readonly DynamoCall[] },
  something: () => Promise<unknown>,
): Promise<unknown[]> => {
  const before = calls.length;
  await something();
  return calls.slice(before).map(shapeOf);
};

/** The operations that something calls, in order. */
export const operationsDuring = async (
  { calls }: { calls: readonly DynamoCall[] },
  something: () => Promise<unknown>,
): Promise<string[]> => {
  const before = calls.length;
  await something();
  return calls.slice(before).map(({ operation }) => operation);
};

/** Whether a call writes something whose key begins so, in a transaction or alone. */
export const writesTo =
  (keyPrefix: string) =>
  ({ operation, body }: DynamoCall): boolean =>
    !/Get/.test(operation) && JSON.stringify(body).includes(`{"S":"${keyPrefix}`);

/** Whether a call reads something whose key begins so. */
export const readsFrom =
  (keyPrefix: string) =>
  ({ operation, body }: DynamoCall): boolean =>
    /Get/.test(operation) && JSON.stringify(body).includes(`{"S":"${keyPrefix}`);
