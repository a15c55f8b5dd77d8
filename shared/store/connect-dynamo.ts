import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Clock, Randomness } from '../domain/clock.ts';
import { type Dynamo, type Item, type Key, StoreUnavailable, type Write } from './dynamo.ts';
import { openDynamoClient } from './dynamo-client.ts';
import {
  deleteRequest,
  keysByTable,
  type PhysicalTables,
  physicalName,
  placeOf,
  putRequest,
  transactItem,
  updateRequest,
} from './dynamo-requests.ts';

/** A transaction and any other write of one of its rows conflict; strangers who share a counter shall not notice. */
const CONFLICT_ATTEMPTS = 6;
const CONFLICT_BACKOFF_MS = 20;

const TRANSIENT_REASONS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

type Attributes = NonNullable<Parameters<typeof unmarshall>[0]>;

interface SdkError extends Error {
  $fault?: 'client' | 'server';
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
  Item?: Attributes;
  CancellationReasons?: { Code?: string; Item?: Attributes }[];
}

/** A row's place as one text; table names have no spaces. */
const placeName = (tableName: string, { pk, sk }: Item | Key): string => `${tableName} ${String(pk)} ${String(sk)}`;

const toItem = (attributes: Attributes | undefined): Item | null => (attributes ? unmarshall(attributes) : null);

/** What DynamoDB answers when it has no capacity to spare: the caller's fault by their class, but over in a moment. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
]);

/** Whether an SDK error means that the service could not answer, rather than that the request was wrong. */
const isOutage = (error: SdkError): boolean =>
  error.$fault === 'server' ||
  THROTTLED.has(error.name) ||
  error.$retryable !== undefined ||
  error.$metadata?.httpStatusCode === undefined;

const translated = (error: unknown): unknown =>
  isOutage(error as SdkError) ? new StoreUnavailable((error as Error).name) : error;

/**
 * Opens the door for the tables that a contract names. The SDK is behind it and nowhere else.
 *
 * @param config.tables the physical name of each
 */
export const connectDynamo = ({
  config: { tables },
  clock,
  randomness,
}: {
  config: { tables: PhysicalTables };
  clock: Clock;
  randomness: Randomness;
}): Dynamo => {
  const client = openDynamoClient({ clock });

  /** Made before it is sent: a mistake of ours in it must not look like an outage. */
  const callFor = (write: Exclude<Write, { kind: 'check' }>): (() => Promise<Attributes | undefined>) => {
    switch (write.kind) {
      case 'put': {
        const command = new PutItemCommand(putRequest(tables, write));
        return () => client.send(command).then(() => undefined);
      }
      case 'update': {
        const command = new UpdateItemCommand({ ...updateRequest(tables, write), ReturnValues: 'ALL_NEW' });
        return async () => (await client.send(command)).Attributes;
      }
      case 'delete': {
        const command = new DeleteItemCommand({ ...deleteRequest(tables, write), ReturnValues: 'ALL_OLD' });
        return async () => (await client.send(command)).Attributes;
      }
    }
  };

  const pause = (attempt: number) =>
    new Promise((resolve) => setTimeout(resolve, 1 + randomness.integer(CONFLICT_BACKOFF_MS * 2 ** attempt)));

  return {
    get: async (table, key) => {
      const command = new GetItemCommand({ ...placeOf(tables, table, key), ConsistentRead: true });
      try {
        return toItem((await client.send(command)).Item);
      } catch (error) {
        throw translated(error);
      }
    },

    queryNewest: async ({ table, pk, limit }) => {
      const command = new QueryCommand({
        TableName: physicalName(tables, table),
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: limit,
      });
      try {
        return ((await client.send(command)).Items ?? []).map((attributes) => unmarshall(attributes));
      } catch (error) {
        throw translated(error);
      }
    },

    getTogether: async (reads) => {
      const TransactItems = reads.map(({ table, key }) => ({ Get: placeOf(tables, table, key) }));
      for (let attempt = 0; ; attempt += 1) {
        try {
          const { Responses = [] } = await client.send(new TransactGetItemsCommand({ TransactItems }));
          return reads.map((_, index) => toItem(Responses[index]?.Item));
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') throw translated(error);
          if (attempt === CONFLICT_ATTEMPTS) throw new StoreUnavailable(error.name);
          await pause(attempt);
        }
      }
    },

    getEach: async (reads) => {
      const found = new Map<string, Item>();
      let wanted: BatchGetItemCommandInput['RequestItems'] = keysByTable(tables, reads);
      for (let attempt = 0; wanted && Object.keys(wanted).length > 0; attempt += 1) {
        if (attempt > CONFLICT_ATTEMPTS) throw new StoreUnavailable('UnprocessedKeys');
        if (attempt > 0) await pause(attempt);
        try {
          const answer: BatchGetItemCommandOutput = await client.send(
            new BatchGetItemCommand({ RequestItems: wanted }),
          );
          for (const [table, items] of Object.entries(answer.Responses ?? {})) {
            for (const item of items.map((attributes) => unmarshall(attributes)))
              found.set(placeName(table, item), item);
          }
          wanted = answer.UnprocessedKeys;
        } catch (error) {
          throw translated(error);
        }
      }
      return reads.map(({ table, key }) => found.get(placeName(placeOf(tables, table, key).TableName, key)) ?? null);
    },

    write: async (write) => {
      const call = callFor(write);
      for (let attempt = 0; ; attempt += 1) {
        try {
          return { won: true, item: toItem(await call()) };
        } catch (error) {
          const { name, Item: item } = error as SdkError;
          if (name === 'ConditionalCheckFailedException') return { won: false, current: toItem(item) };
          // A transaction has the row at this moment: an account's own, since a try of its factors checks its epoch.
          if (name !== 'TransactionConflictException') throw translated(error);
          if (attempt === CONFLICT_ATTEMPTS) throw new StoreUnavailable(name);
          await pause(attempt);
        }
      }
    },

    transact: async (writes) => {
      const TransactItems = writes.map((write) => transactItem(tables, write));
      for (let attempt = 0; ; attempt += 1) {
        try {
          await client.send(new TransactWriteItemsCommand({ TransactItems }));
          return { won: true };
        } catch (error) {
          const { name, CancellationReasons: reasons = [] } = error as SdkError;
          if (name !== 'TransactionCanceledException') throw translated(error);
          if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
            return {
              won: false,
              refusals: reasons.map(({ Code, Item: item }) =>
                Code === 'ConditionalCheckFailed' ? { current: toItem(item) } : null,
              ),
            };
          }
          if (!reasons.some(({ Code }) => TRANSIENT_REASONS.has(Code ?? ''))) throw error;
          if (attempt === CONFLICT_ATTEMPTS) throw new StoreUnavailable(name);
          await pause(attempt);
        }
      }
    },
  };
};
