import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTables, localTables } from '../../local/create-tables.ts';
import { type EmbeddedDynamo, startEmbeddedDynamo } from '../../local/embedded-dynamo.ts';
import { type BareDynamo, startBareDynamo } from '../support/bare-dynamo.ts';

const TABLES = localTables('same');
const TableName = TABLES.accounts;
const ALL_OLD = 'ALL_OLD';

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-answers-'));
const told: string[] = [];
let bare: BareDynamo;
let embedded: EmbeddedDynamo;

const clientOf = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

beforeAll(async () => {
  bare = await startBareDynamo();
  embedded = await startEmbeddedDynamo({
    databaseFile: join(scratch, 'dynamodb.sqlite'),
    report: (line) => told.push(line),
  });
  for (const { endpoint } of [bare, embedded]) await createTables(new DynamoDBClient(clientOf(endpoint)), TABLES);
});
afterAll(async () => {
  await Promise.all([bare.close(), embedded.close()]);
  rmSync(scratch, { recursive: true, force: true });
});

/** Members that differ between two databases for equal requests. */
const VARIES = /Arn|Label|Id$|DateTime|^\$|Iterator|eventID|requestId|^message$/i;

const withoutVarying = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (name, value: unknown) => (VARIES.test(name) ? undefined : value)));

/** The answer, or the error as the store reads it. */
const answerOf = async (asking: Promise<unknown>): Promise<unknown> => {
  try {
    return withoutVarying(await asking);
  } catch (error) {
    const { name, $fault, Item, CancellationReasons } = error as Record<string, unknown>;
    return withoutVarying({ name, fault: $fault, Item, CancellationReasons });
  }
};

// biome-ignore lint/suspicious/noExplicitAny: commands of every kind
type Command = any;

const both = async (makeCommand: () => Command): Promise<[unknown, unknown]> => {
  const [one, other] = [bare, embedded].map(({ endpoint }) => new DynamoDBClient(clientOf(endpoint)));
  return [
    await answerOf(one?.send(makeCommand()) as Promise<unknown>),
    await answerOf(other?.send(makeCommand()) as Promise<unknown>),
  ];
};

const row = (name: string, more: object = {}) => ({ pk: { S: `ROW#${name}` }, sk: { S: 'ROW' }, ...more });
const MANY_KINDS = {
  text: { S: 'ü \u2028 \n " \\ 🙂' },
  number: { N: '12345678901234567890.5' },
  bytes: { B: Buffer.from([0, 1, 254, 255]) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  list: { L: [{ S: '' }, { N: '-1' }] },
  map: { M: { inner: { SS: ['a', 'b'] } } },
};
const put = (name: string, more: object = {}) => ({ TableName, Item: row(name, more) });
const NEW = { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': 'pk' } };
const WITH_ROW = { ReturnValuesOnConditionCheckFailure: ALL_OLD } as const;

describe('the embedded database behind its pipe', () => {
  it.each<[string, () => Command]>([
    [
      'the making of a table that is there',
      () =>
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        }),
    ],
    ['the description of a table', () => new DescribeTableCommand({ TableName })],
    ['a table that is not there', () => new GetItemCommand({ TableName: 'none', Key: row('none') })],
    ['a row of every kind of value', () => new PutItemCommand(put('kinds', MANY_KINDS))],
    ['its reading', () => new GetItemCommand({ TableName, Key: row('kinds'), ConsistentRead: true })],
    ['the reading of none', () => new GetItemCommand({ TableName, Key: row('none'), ConsistentRead: true })],
    [
      'a part of a row',
      () =>
        new GetItemCommand({
          TableName,
          Key: row('kinds'),
          ProjectionExpression: '#n',
          ExpressionAttributeNames: { '#n': 'number' },
        }),
    ],
    ['a row of 300 KB', () => new PutItemCommand(put('large', { text: { S: 'é'.repeat(150_000) } }))],
    ['a row that is too large', () => new PutItemCommand(put('huge', { text: { S: 'x'.repeat(410_000) } }))],
    [
      'a put that is refused, with the row in the way',
      () => new PutItemCommand({ ...put('kinds'), ...NEW, ...WITH_ROW }),
    ],
    ['a put that is refused, without it', () => new PutItemCommand({ ...put('kinds'), ...NEW })],
    [
      'an update',
      () =>
        new UpdateItemCommand({
          TableName,
          Key: row('kinds'),
          UpdateExpression: 'SET #c = if_not_exists(#c, :0) + :1 REMOVE #l',
          ExpressionAttributeNames: { '#c': 'count', '#l': 'list' },
          ExpressionAttributeValues: { ':0': { N: '0' }, ':1': { N: '1' } },
          ReturnValues: 'ALL_NEW',
        }),
    ],
    [
      'an update that is refused, with the row in the way',
      () =>
        new UpdateItemCommand({
          TableName,
          Key: row('kinds'),
          UpdateExpression: 'SET #c = :1',
          ConditionExpression: '#c > :1',
          ExpressionAttributeNames: { '#c': 'count' },
          ExpressionAttributeValues: { ':1': { N: '1' } },
          ...WITH_ROW,
        }),
    ],
    [
      'an update that is refused, where there is no row',
      () =>
        new UpdateItemCommand({
          TableName,
          Key: row('none'),
          UpdateExpression: 'SET #c = :1',
          ConditionExpression: 'attribute_exists(#c)',
          ExpressionAttributeNames: { '#c': 'count' },
          ExpressionAttributeValues: { ':1': { N: '1' } },
          ...WITH_ROW,
        }),
    ],
    [
      'an expression that is wrong',
      () => new UpdateItemCommand({ TableName, Key: row('kinds'), UpdateExpression: 'SET' }),
    ],
    [
      'a transaction',
      () =>
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: put('one', { n: { N: '1' } }) },
            {
              Update: {
                TableName,
                Key: row('two'),
                UpdateExpression: 'SET #n = :n',
                ExpressionAttributeNames: { '#n': 'n' },
                ExpressionAttributeValues: { ':n': { N: '2' } },
              },
            },
          ],
        }),
    ],
    [
      'a transaction that is refused, with the rows in the way',
      () =>
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: put('three') },
            { Put: { ...put('one'), ...NEW, ...WITH_ROW } },
            {
              Delete: {
                TableName,
                Key: row('none'),
                ConditionExpression: 'attribute_exists(#pk)',
                ExpressionAttributeNames: { '#pk': 'pk' },
                ...WITH_ROW,
              },
            },
            { ConditionCheck: { TableName, Key: row('two'), ...NEW, ...WITH_ROW } },
          ],
        }),
    ],
    [
      'a transaction that is refused, without them',
      () =>
        new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...put('one'), ...NEW } }, { Put: put('three') }] }),
    ],
    ['what a refused transaction left', () => new GetItemCommand({ TableName, Key: row('three') })],
    [
      'a transaction that is sent twice',
      () =>
        new TransactWriteItemsCommand({
          ClientRequestToken: 'the-same',
          TransactItems: [{ Put: { ...put('token'), ...NEW } }],
        }),
    ],
    [
      'its repetition',
      () =>
        new TransactWriteItemsCommand({
          ClientRequestToken: 'the-same',
          TransactItems: [{ Put: { ...put('token'), ...NEW } }],
        }),
    ],
    [
      'rows as of one instant',
      () =>
        new TransactGetItemsCommand({
          TransactItems: [{ Get: { TableName, Key: row('one') } }, { Get: { TableName, Key: row('none') } }],
        }),
    ],
    [
      'rows one by one',
      () =>
        new BatchGetItemCommand({
          RequestItems: { [TableName]: { Keys: [row('one'), row('none')], ConsistentRead: true } },
        }),
    ],
    ['a delete', () => new DeleteItemCommand({ TableName, Key: row('token'), ReturnValues: ALL_OLD })],
    [
      'a delete that is refused, with the row in the way',
      () => new DeleteItemCommand({ TableName, Key: row('one'), ...NEW, ...WITH_ROW }),
    ],
    [
      'the newest of a partition',
      () =>
        new QueryCommand({
          TableName,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': 'pk' },
          ExpressionAttributeValues: { ':pk': { S: 'ROW#one' } },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 2,
        }),
    ],
    [
      'a page of a table',
      () => new ScanCommand({ TableName, Limit: 1, ProjectionExpression: 'pk, sk', ConsistentRead: true }),
    ],
  ])('answers as the database itself does: %s', async (_what, makeCommand) => {
    const [own, piped] = await both(makeCommand);

    expect(piped).toEqual(own);
  });

  it('goes on with a table where the last page ended', async () => {
    const client = new DynamoDBClient(clientOf(embedded.endpoint));
    const first = await client.send(new ScanCommand({ TableName, Limit: 2 }));

    const second = await client.send(new ScanCommand({ TableName, ExclusiveStartKey: first.LastEvaluatedKey }));

    expect(first.Items).toHaveLength(2);
    expect(second.Items?.length).toBeGreaterThan(0);
    expect(second.Items).not.toContainEqual(first.Items?.[0]);
  });

  it('tells the records of a stream as the database itself does', async () => {
    const recordsAt = async (endpoint: string): Promise<unknown> => {
      const dynamo = new DynamoDBClient(clientOf(endpoint));
      const streams = new DynamoDBStreamsClient(clientOf(endpoint));
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: TABLES.outbox }));
      await dynamo.send(new PutItemCommand({ TableName: TABLES.outbox, Item: row('record') }));
      const { StreamDescription } = await streams.send(
        new DescribeStreamCommand({ StreamArn: Table?.LatestStreamArn }),
      );
      const { ShardIterator } = await streams.send(
        new GetShardIteratorCommand({
          StreamArn: Table?.LatestStreamArn,
          ShardId: StreamDescription?.Shards?.[0]?.ShardId,
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      );
      const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
      return withoutVarying({ StreamDescription, Records });
    };

    const [own, piped] = [await recordsAt(bare.endpoint), await recordsAt(embedded.endpoint)];

    expect(piped).toEqual(own);
    expect(piped).toMatchObject({ Records: [{ eventName: 'INSERT', dynamodb: { Keys: row('record') } }] });
  });

  it('takes one operation after the other, so that a refusal tells the row that refused', async () => {
    const client = new DynamoDBClient(clientOf(embedded.endpoint));
    const tries = Array.from({ length: 40 }, (_, index) =>
      client
        .send(new PutItemCommand({ ...put('race', { n: { N: String(index) } }), ...NEW, ...WITH_ROW }))
        .then(() => String(index))
        .catch((error: { Item?: { n?: { N?: string } } }) => error.Item?.n?.N),
    );

    const winners = new Set(await Promise.all(tries));

    expect(winners.size).toBe(1);
  });

  it.each<[string, () => Command]>([
    ['an operation that nothing here uses', () => new ListTablesCommand({})],
    ['a member that would silently be left out', () => new PutItemCommand({ ...put('x'), Expected: {} })],
  ])('refuses %s', async (_what, makeCommand) => {
    const [, piped] = await both(makeCommand);

    expect(piped).toMatchObject({ fault: 'client', name: expect.stringMatching(/UnknownOperation|Validation/) });
  });

  it('had nothing to tell the operator', () => {
    expect(told).toEqual([]);
  });
});
