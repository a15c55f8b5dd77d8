import type { BatchGetItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Randomness } from '../primitives/clock.ts';
import type { Attributes } from './attribute-values.ts';
import { CANCELLATION_REASONS, DYNAMODB_ERRORS, isOutage, type SdkError } from './aws-errors.ts';
import { type Dynamo, type Item, type Key, StoreUnavailable, type Write } from './dynamo.ts';
import type { DynamoClient, DynamoOperations } from './dynamo-client.ts';
import { makeRequests, type PhysicalTables } from './dynamo-requests.ts';

/**
 * Repeats of a transaction that conflicts with another write to one of its rows. They hide this from requests that share
 * a counter.
 *
 * @see DynamoDB Developer Guide, "Managing complex workflows with DynamoDB transactions", conflict handling
 */
const CONFLICT_ATTEMPTS = 6;

/** Longest first pause; doubles with each repeat, and is drawn at random up to that. @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter" */
const CONFLICT_BACKOFF_MS = 20;

/**
 * For one call of the port with all its repeats: three attempts of 2 s and their pauses. A function over HTTP has 10 s (infra/sizing.ts),
 * and an HTTP API waits 30 s.
 *
 * @see API Gateway developer guide, "Quotas for configuring and running an HTTP API"
 */
const CALL_TIMEOUT_MS = 7000;

interface DynamoError extends SdkError {
  Item?: Attributes;
  CancellationReasons?: { Code?: string; Item?: Attributes }[];
}

/** A row's place as one text; table names contain no spaces. */
const placeName = (tableName: string, { pk, sk }: Item | Key): string => `${tableName} ${String(pk)} ${String(sk)}`;

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
  !(error instanceof StoreUnavailable) && isOutage(error as SdkError)
    ? new StoreUnavailable((error as Error).name)
    : error;

/**
 * Makes the port to the tables that a contract names, over a client.
 *
 * @param config.tables physical names
 */
export const makeDynamo = ({
  client,
  config: { tables },
  randomness,
}: {
  client: DynamoClient;
  config: { tables: PhysicalTables };
  randomness: Randomness;
}): Dynamo => {
  const { unmarshall } = client;
  const requests = makeRequests(tables, client.marshall);

  const toItem = (attributes: Attributes | undefined): Item | null => (attributes ? unmarshall(attributes) : null);

  /** Built before it is sent, so that our own mistake in it doesn't look like an outage. */
  const callFor = (write: Exclude<Write, { kind: 'check' }>) => {
    switch (write.kind) {
      case 'put': {
        const input = requests.put(write);
        return (deadline: number) => client.send('PutItem', input, deadline);
      }
      case 'update': {
        const input = { ...requests.update(write), ReturnValues: 'ALL_NEW' as const };
        return (deadline: number) => client.send('UpdateItem', input, deadline);
      }
      case 'delete': {
        const input = { ...requests.delete(write), ReturnValues: 'ALL_OLD' as const };
        return (deadline: number) => client.send('DeleteItem', input, deadline);
      }
    }
  };

  const deadlineOf = (): number => performance.now() + CALL_TIMEOUT_MS;

  const pause = (attempt: number) =>
    new Promise((resolve) => setTimeout(resolve, 1 + randomness.integer(CONFLICT_BACKOFF_MS * 2 ** attempt)));

  /**
   * Repeats a call while its error is transient.
   *
   * @throws StoreUnavailable after the last attempt, or when the time is up; every other error unchanged
   */
  const retrying = async <T>(
    call: (deadlineMs: number) => Promise<T>,
    isTransient: (error: DynamoError) => boolean,
  ): Promise<T> => {
    const deadline = deadlineOf();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call(deadline);
      } catch (error) {
        if (!isTransient(error as DynamoError)) throw error;
        if (attempt === CONFLICT_ATTEMPTS || performance.now() >= deadline)
          throw new StoreUnavailable((error as SdkError).name);
        await pause(attempt);
      }
    }
  };

  const query = async (input: DynamoOperations['Query']['input']): Promise<Item[]> => {
    try {
      return ((await client.send('Query', input, deadlineOf())).Items ?? []).map((attributes) =>
        unmarshall(attributes),
      );
    } catch (error) {
      throw translated(error);
    }
  };

  return {
    get: async (table, key) => {
      const input = { ...requests.place(table, key), ConsistentRead: true };
      try {
        return toItem((await client.send('GetItem', input, deadlineOf())).Item);
      } catch (error) {
        throw translated(error);
      }
    },

    queryNewest: (wanted) => query(requests.newest(wanted)),

    queryOldest: (wanted) => query(requests.oldest(wanted)),

    transactGet: async (reads) => {
      const TransactItems = reads.map(({ table, key }) => ({ Get: requests.place(table, key) }));
      const call = (deadline: number) => client.send('TransactGetItems', { TransactItems }, deadline);
      try {
        const { Responses = [] } = await retrying(call, isCanceled);
        return reads.map((_, index) => toItem(Responses[index]?.Item));
      } catch (error) {
        throw translated(error);
      }
    },

    batchGet: async (reads) => {
      const found = new Map<string, Item>();
      const deadline = deadlineOf();
      let wanted: BatchGetItemCommandInput['RequestItems'] = requests.keysByTable(reads);
      for (let attempt = 0; wanted && Object.keys(wanted).length > 0; attempt += 1) {
        if (attempt > CONFLICT_ATTEMPTS || performance.now() >= deadline) throw new StoreUnavailable('UnprocessedKeys');
        if (attempt > 0) await pause(attempt);
        try {
          const answer: DynamoOperations['BatchGetItem']['answer'] = await client.send(
            'BatchGetItem',
            { RequestItems: wanted },
            deadline,
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
      return reads.map(({ table, key }) => found.get(placeName(requests.place(table, key).TableName, key)) ?? null);
    },

    write: async (write) => {
      const call = callFor(write);
      try {
        const { Attributes } = await retrying<{ Attributes?: Attributes }>(call, meetsTransaction);
        return { won: true, item: toItem(Attributes) };
      } catch (error) {
        const failed = error as DynamoError;
        if (!isKind('condition')(failed)) throw translated(error);
        return { won: false, current: toItem(failed.Item) };
      }
    },

    transact: async (writes) => {
      const TransactItems = writes.map((write) => requests.transactItem(write));
      const call = (deadline: number) => client.send('TransactWriteItems', { TransactItems }, deadline);
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
