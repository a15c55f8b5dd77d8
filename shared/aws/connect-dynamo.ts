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
import type { Clock, Randomness } from '../primitives/clock.ts';
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

/**
 * A transaction conflicts with any other write to one of its rows. Retries hide this from requests that share a
 * counter.
 */
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

/** A row's place as one text; table names contain no spaces. */
const placeName = (tableName: string, { pk, sk }: Item | Key): string => `${tableName} ${String(pk)} ${String(sk)}`;

const toItem = (attributes: Attributes | undefined): Item | null => (attributes ? unmarshall(attributes) : null);

/** DynamoDB's throttling errors: client errors by class, but transient. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
]);

/** Whether an SDK error is an outage rather than a wrong request. */
const isOutage = (error: SdkError): boolean =>
  error.$fault === 'server' ||
  THROTTLED.has(error.name) ||
  error.$retryable !== undefined ||
  error.$metadata?.httpStatusCode === undefined;

/** A transaction holds the row at the moment; an account's own, because reserving an attempt checks its epoch. */
const meetsTransaction = ({ name }: SdkError): boolean => name === 'TransactionConflictException';

const isCanceled = ({ name }: SdkError): boolean => name === 'TransactionCanceledException';

/** Cancellation reason of a write whose own condition failed. */
const REFUSED = 'ConditionalCheckFailed';

const hasReason = (error: SdkError, isMeant: (code: string) => boolean): boolean =>
  isCanceled(error) && (error.CancellationReasons ?? []).some(({ Code = '' }) => isMeant(Code));

const isRefused = (error: SdkError): boolean => hasReason(error, (code) => code === REFUSED);

const isCanceledForNow = (error: SdkError): boolean =>
  !isRefused(error) && hasReason(error, (code) => TRANSIENT_REASONS.has(code));

const translated = (error: unknown): unknown =>
  !(error instanceof StoreUnavailable) && isOutage(error as SdkError)
    ? new StoreUnavailable((error as Error).name)
    : error;

/**
 * Makes the port to the tables that a contract names. Only it uses the SDK.
 *
 * @param config.tables physical names
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

  /** Built before it is sent, so that our own mistake in it doesn't look like an outage. */
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

  /**
   * Repeats a call while its error is transient.
   *
   * @throws StoreUnavailable after the last attempt; every other error unchanged
   */
  const retrying = async <T>(call: () => Promise<T>, isTransient: (error: SdkError) => boolean): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isTransient(error as SdkError)) throw error;
        if (attempt === CONFLICT_ATTEMPTS) throw new StoreUnavailable((error as SdkError).name);
        await pause(attempt);
      }
    }
  };

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

    transactGet: async (reads) => {
      const TransactItems = reads.map(({ table, key }) => ({ Get: placeOf(tables, table, key) }));
      const call = () => client.send(new TransactGetItemsCommand({ TransactItems }));
      try {
        const { Responses = [] } = await retrying(call, isCanceled);
        return reads.map((_, index) => toItem(Responses[index]?.Item));
      } catch (error) {
        throw translated(error);
      }
    },

    batchGet: async (reads) => {
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
      try {
        return { won: true, item: toItem(await retrying(call, meetsTransaction)) };
      } catch (error) {
        const { name, Item: item } = error as SdkError;
        if (name !== 'ConditionalCheckFailedException') throw translated(error);
        return { won: false, current: toItem(item) };
      }
    },

    transact: async (writes) => {
      const TransactItems = writes.map((write) => transactItem(tables, write));
      const call = () => client.send(new TransactWriteItemsCommand({ TransactItems }));
      try {
        await retrying(call, isCanceledForNow);
        return { won: true };
      } catch (error) {
        if (!isRefused(error as SdkError)) throw translated(error);
        const { CancellationReasons: reasons = [] } = error as SdkError;
        return {
          won: false,
          refusals: reasons.map(({ Code, Item: item }) => (Code === REFUSED ? { current: toItem(item) } : null)),
        };
      }
    },
  };
};
