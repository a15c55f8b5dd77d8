import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { marshall } from '@aws-sdk/util-dynamodb';

/** A value as DynamoDB writes it. */
type Attribute = { [kind in 'S' | 'N' | 'B']?: string } & {
  BOOL?: boolean;
  NULL?: true;
  L?: Attribute[];
  M?: Record<string, Attribute>;
};

type Row = Record<string, unknown>;

const BATCH = 25;

/** The database wants to see a signature, and looks no closer. */
const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

const plainValue = (attribute: Attribute): unknown => {
  const [[kind, value] = ['', undefined]] = Object.entries(attribute);
  switch (kind) {
    case 'S':
    case 'BOOL':
      return value;
    case 'N':
      return Number(value);
    case 'NULL':
      return null;
    case 'B':
      return new Uint8Array(Buffer.from(value as string, 'base64'));
    case 'L':
      return (value as Attribute[]).map(plainValue);
    case 'M':
      return plainRow(value as Record<string, Attribute>);
    default:
      throw new Error(`the tests read no attribute of the kind ${kind}`);
  }
};

/** Sorted by name, because the database keeps no order. */
const plainRow = (attributes: Record<string, Attribute>): Row => {
  const row: Row = {};
  for (const name of Object.keys(attributes).toSorted()) row[name] = plainValue(attributes[name] as Attribute);
  return row;
};

/** Rows past the flows and past the SDK, which takes a hundred times as long over a large table. */
export interface PlainDynamo {
  /** Every row of a table, its members sorted by name on every level. @param table its physical name */
  scan(table: string): Promise<Row[]>;
  put(table: string, rows: readonly Row[]): Promise<void>;
  /** @param rows as they were read */
  remove(table: string, rows: readonly Row[]): Promise<void>;
  close(): void;
}

/** @param endpoint the database's own: a proxy before it counts what the flows do */
export const connectPlainDynamo = (endpoint: string): PlainDynamo => {
  const agent = new Agent({ keepAlive: true });

  const call = async <Output>(operation: string, input: object): Promise<Output> => {
    const headers = { ...SIGNED, 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const request = httpRequest(endpoint, { method: 'POST', agent, headers }, (answer) => {
      if (answer.statusCode === 200) text(answer).then(resolve, reject);
      else text(answer).then((said) => reject(new Error(`${operation} was answered ${said}`)), reject);
    });
    request.once('error', reject).end(JSON.stringify(input));
    return JSON.parse(await promise) as Output;
  };

  const write = async (table: string, requests: readonly object[]): Promise<void> => {
    for (let at = 0; at < requests.length; at += BATCH)
      await call('BatchWriteItem', { RequestItems: { [table]: requests.slice(at, at + BATCH) } });
  };

  return {
    scan: async (table) => {
      const rows: Row[] = [];
      let ExclusiveStartKey: object | undefined;
      do {
        const page: { Items?: Record<string, Attribute>[]; LastEvaluatedKey?: object } = await call('Scan', {
          TableName: table,
          ExclusiveStartKey,
        });
        rows.push(...(page.Items ?? []).map(plainRow));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return rows;
    },
    put: (table, rows) =>
      write(
        table,
        rows.map((row) => ({ PutRequest: { Item: marshall(row) } })),
      ),
    remove: (table, rows) =>
      write(
        table,
        rows.map(({ pk, sk }) => ({ DeleteRequest: { Key: marshall({ pk, sk }) } })),
      ),
    close: () => agent.destroy(),
  };
};
