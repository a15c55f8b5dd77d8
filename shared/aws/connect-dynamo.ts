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
import { CANCELLATION_REASONS, DYNAMODB_ERRORS, isOutage, type SdkError } from './aws-errors.ts';
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
 * Repeats of a transaction that conflicts with another write to one of its rows. They hide this from requests that share
 * a counter.
 *
 * @see DynamoDB Developer Guide, "Managing complex workflows with DynamoDB transactions", conflict handling
 */
const CONFLICT_ATTEMPTS = 6;

/** Longest first pause; doubles with each repeat, and is drawn at random up to that. @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter" */
const CONFLICT_BACKOFF_MS = 20;

type Attributes = NonNullable<Parameters<typeof unmarshall>[0]>;

interface DynamoError extends SdkError {
  Item?: Attributes;
  CancellationReasons?: { Code?: string; Item?: Attributes }[];
}

/** A row's place as one text; table names contain no spaces. */
const placeName = (tableName: string, { pk, sk }: Item | Key): string => `${tableName} ${String(pk)} ${String(sk)}`;

const toItem = (attributes: Attributes | undefined): Item | null => (attributes ? unmarshall(attributes) : null);

const isKind =
  (kind: 'condition' | 'canceled' | 'conflict') =>
  ({ name }: DynamoError): boolean =>
    DYNAMODB_ERRORS[name] === kind;

/** A transaction holds the row at the moment; an account's own, because reserving an attempt checks its epoch. */
const meetsTransaction = isKind('conflict');

const isCanceled = isKind('canceled');

const reasonsOf = (error: DynamoError) => (isCanceled(error) ? (error.CancellationReasons ?? []) : []);

/** Whether a write refused by its own condition. */
const isRefusal = ({ Code = '' }: { Code?: string }): boolean => CANCELLATION_REASONS[Code] === 'condition';

const isRefused = (error: DynamoError): boolean => reasonsOf(error).some(isRefusal);

const isCanceledForNow = (error: DynamoError): boolean =>
  !isRefused(error) && reasonsOf(error).some(({ Code = '' }) => CANCELLATION_REASONS[Code] !== undefined);

const translated = (error: unknown): unknown =>
  !(error instanceof StoreUnavailable) && isOutage(error as SdkError, DYNAMODB_ERRORS)
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
  const retrying = async <T>(call: () => Promise<T>, isTransient: (error: DynamoError) => boolean): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isTransient(error as DynamoError)) throw error;
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
        const failed = error as DynamoError;
        if (!isKind('condition')(failed)) throw translated(error);
        return { won: false, current: toItem(failed.Item) };
      }
    },

    transact: async (writes) => {
      const TransactItems = writes.map((write) => transactItem(tables, write));
      const call = () => client.send(new TransactWriteItemsCommand({ TransactItems }));
      try {
        await retrying(call, isCanceledForNow);
        return { won: true };
      } catch (error) {
        const failed = error as DynamoError;
        if (!isRefused(failed)) throw translated(error);
        return {
          won: false,
          refusals: reasonsOf(failed).map((reason) => (isRefusal(reason) ? { current: toItem(reason.Item) } : null)),
        };
      }
    },
  };
};
