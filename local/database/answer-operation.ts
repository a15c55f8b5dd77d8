import { KEY_ATTRIBUTES } from '../create-tables.ts';
import type { ToolAnswer } from './dynoxide-process.ts';

/** Calls one of the database's tools. */
export type CallTool = (name: string, toolArguments: Record<string, unknown>) => Promise<ToolAnswer>;

/** An answer in DynamoDB's JSON protocol. */
export interface OperationAnswer {
  status: number;
  /** As JSON. */
  body: string;
}

type Json = Record<string, unknown>;

const EXPRESSION = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const CONDITION = [
  'TableName',
  'ConditionExpression',
  ...EXPRESSION,
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
];
const PAGE = [
  'TableName',
  'IndexName',
  'FilterExpression',
  'ProjectionExpression',
  ...EXPRESSION,
  'Limit',
  'ExclusiveStartKey',
  'Select',
];

/** Supported operations, each with the request members that the database's tool accepts. */
const OPERATIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['CreateTable', ['TableName', 'BillingMode', 'AttributeDefinitions', 'KeySchema', 'StreamSpecification']],
  ['DescribeTable', ['TableName']],
  ['GetItem', ['TableName', 'Key', 'ProjectionExpression', 'ExpressionAttributeNames', 'ConsistentRead']],
  ['PutItem', [...CONDITION, 'Item']],
  ['UpdateItem', [...CONDITION, 'Key', 'UpdateExpression']],
  ['DeleteItem', [...CONDITION, 'Key']],
  ['Query', [...PAGE, 'KeyConditionExpression', 'ScanIndexForward']],
  ['Scan', [...PAGE, 'Segment', 'TotalSegments']],
  ['BatchGetItem', ['RequestItems']],
  ['TransactGetItems', ['TransactItems']],
  ['TransactWriteItems', ['TransactItems', 'ClientRequestToken']],
  ['DescribeStream', ['StreamArn', 'Limit']],
  ['GetShardIterator', ['StreamArn', 'ShardId', 'ShardIteratorType', 'SequenceNumber']],
  ['GetRecords', ['ShardIterator', 'Limit']],
]);

/** Members to ignore: every read here is strongly consistent, and there is no capacity to report. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'ConsistentRead',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
]);

const ERROR_NAMESPACE = 'com.amazonaws.dynamodb.v20120810#';
const CONDITION_FAILED = 'ConditionalCheckFailed';

/** `TableName` as the tools spell it: `table_name`. */
const snakeCase = (name: string): string => name.replaceAll(/(?<!^)[A-Z]/g, '_$&').toLowerCase();

const failure = (errorType: string, message: string, extras: Json = {}): OperationAnswer => ({
  status: errorType === 'InternalServerError' ? 500 : 400,
  body: JSON.stringify({ __type: `${ERROR_NAMESPACE}${errorType}`, message, ...extras }),
});

const wantsOldItem = ({ ReturnValuesOnConditionCheckFailure: wanted }: Json): boolean => wanted === 'ALL_OLD';

const placeOf = ({ TableName, Key, Item }: Json): Json => ({
  TableName,
  Key: Key ?? Object.fromEntries(KEY_ATTRIBUTES.map((name) => [name, (Item as Json)[name]])),
});

/**
 * Reads these items in one snapshot.
 *
 * @throws Error where they can't be read: without its item, a refused condition would look like a missing row
 */
const readItems = async (callTool: CallTool, places: readonly Json[]): Promise<(Json | undefined)[]> => {
  const answer = await callTool('transact_get_items', { transact_items: places.map((Get) => ({ Get })) });
  if (!answer.ok) throw new Error(answer.errorType);
  const { Responses } = JSON.parse(answer.json) as { Responses: { Item?: Json }[] };
  return places.map((_, index) => Responses[index]?.Item);
};

/** The cancellation reasons, parsed from the message: `… [None, ConditionalCheckFailed]`. */
const cancellationReasons = async (callTool: CallTool, request: Json, message: string): Promise<Json[]> => {
  const codes = /\[(.*)\]$/.exec(message)?.[1]?.split(', ') ?? [];
  const writes = (request.TransactItems as Record<string, Json>[]).map((item) => Object.values(item)[0] ?? {});
  const refused = writes.filter((write, index) => codes[index] === CONDITION_FAILED && wantsOldItem(write));
  const items = refused.length > 0 ? await readItems(callTool, refused.map(placeOf)) : [];
  return codes.map((Code, index) => {
    const Item = items[refused.indexOf(writes[index] ?? {})];
    return {
      Code,
      ...(Code === CONDITION_FAILED && { Message: 'The conditional request failed' }),
      ...(Item && { Item }),
    };
  });
};

/**
 * Runs a DynamoDB operation with the database's tools. A tool's error lacks the item that a condition refused
 * (ReturnValuesOnConditionCheckFailure), so it is read afterwards. The caller runs one operation at a time, so that no
 * write comes between the two calls.
 *
 * @param operation `PutItem`
 * @throws DynoxideEnded, or Error where the item can't be read
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html
 */
export const answerOperation = async ({
  operation,
  request,
  callTool,
}: {
  operation: string;
  request: Json;
  callTool: CallTool;
}): Promise<OperationAnswer> => {
  const members = OPERATIONS.get(operation);
  if (!members) return failure('UnknownOperationException', `The embedded database is not asked for ${operation}`);
  const unknown = Object.keys(request).find((name) => !members.includes(name) && !WITHOUT_EFFECT.has(name));
  // Refused, because ignoring a member would change what the request means.
  if (unknown !== undefined) return failure('ValidationException', `${operation} does not take ${unknown} here`);

  const given = members.filter((name) => request[name] !== undefined);
  const answer = await callTool(snakeCase(operation), {
    ...Object.fromEntries(given.map((name) => [snakeCase(name), request[name]])),
    ...(operation === 'DescribeTable' && { raw: true }), // DynamoDB's own shape
  });

  if (answer.ok) return { status: 200, body: answer.json };
  const { errorType, message } = answer;
  if (errorType === 'TransactionCanceledException' && operation === 'TransactWriteItems') {
    return failure(errorType, message, { CancellationReasons: await cancellationReasons(callTool, request, message) });
  }
  if (errorType === 'ConditionalCheckFailedException' && wantsOldItem(request)) {
    const [Item] = await readItems(callTool, [placeOf(request)]);
    return failure(errorType, message, Item && { Item });
  }
  return failure(errorType, message);
};
