import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type ShardIteratorType,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { DeadLetters } from '../functions/deliver-messages/dead-letters.ts';
import type { Log } from '../shared/observability/log.ts';
import { rowNameOf } from '../shared/outbox/outbox.ts';
import type { Clock } from '../shared/primitives/clock.ts';

const POLL_MS = 100;
const RECOVER_MS = 1000;
const SHARD_REFRESH_MS = 60_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 2000;
const CLOSE_WITHIN_MS = 2000;

/** A running bridge. */
export interface StreamBridge {
  /** Stops; undelivered rows stay in the table until the next start. */
  close(): Promise<void>;
}

export interface StreamBridgeOptions {
  dynamo: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  table: string;
  streamArn: string;
  batchSize: number;
  handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  /**
   * Seconds after which a record that still fails becomes a dead letter. A function that runs gives it up before that.
   */
  retrySeconds: number;
  deadLetters: DeadLetters;
  clock: Clock;
  log: Log;
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end); // otherwise every pause would leak a listener
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });

const keyOf = (record: DynamoDBRecord): string => record.dynamodb?.Keys?.pk?.S ?? '';

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

/**
 * Passes new rows of a table to a function, as Lambda's event source mapping does: in batches, retrying only the
 * records that failed, with growing pauses. At the start it also passes the rows that are already there, so rows stored
 * before a stop are not lost.
 */
export const startStreamBridge = (options: StreamBridgeOptions): StreamBridge => {
  const { dynamo, streams, table, streamArn, batchSize, handler, retrySeconds, deadLetters, clock, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Map<string, Promise<void>>();

  const invoke = async (records: readonly DynamoDBRecord[]): Promise<DynamoDBRecord[]> => {
    try {
      const { batchItemFailures } = await handler({ Records: [...records] });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return records.filter(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber ?? ''));
    } catch {
      return [...records];
    }
  };

  const deadLetter = async (record: DynamoDBRecord): Promise<void> => {
    const letter = { intentId: rowNameOf(keyOf(record)), errorName: 'RecordAgeExceeded' };
    log('error', 'dead-letter', { intent_id: letter.intentId, error_name: letter.errorName });
    await deadLetters.send(letter).catch(() => undefined); // it is logged, and the next start retries the row
  };

  const retry = async (record: DynamoDBRecord): Promise<void> => {
    const giveUpAtMs = clock.nowMs() + retrySeconds * 1000;
    for (let pauseMs = FIRST_RETRY_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_RETRY_MS)) {
      await pause(pauseMs, signal);
      if (signal.aborted || (await invoke([record])).length === 0) return;
      if (clock.nowMs() > giveUpAtMs) return deadLetter(record);
    }
  };

  const dispatch = (records: readonly DynamoDBRecord[]): void => {
    const fresh = records.filter((record) => record.eventName === 'INSERT' && !underWay.has(keyOf(record)));
    for (const batch of chunks(fresh, batchSize)) {
      const outcome = invoke(batch);
      for (const record of batch) {
        const delivered = outcome
          .then((failed) => (failed.includes(record) ? retry(record) : undefined))
          .finally(() => underWay.delete(keyOf(record)));
        underWay.set(keyOf(record), delivered);
      }
    }
  };

  /** Rows stored while the bridge was stopped, as stream records. */
  const takeUpTheRest = async (): Promise<void> => {
    let ExclusiveStartKey: Record<string, { S: string }> | undefined;
    do {
      const page = await dynamo.send(
        new ScanCommand({
          TableName: table,
          ProjectionExpression: 'pk, sk',
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      dispatch(
        (page.Items ?? []).map((item) => ({
          eventName: 'INSERT',
          dynamodb: { Keys: { pk: { S: item.pk?.S ?? '' } }, SequenceNumber: item.pk?.S ?? '' },
        })),
      );
      ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
    } while (ExclusiveStartKey);
  };

  const openShards = async (known: Map<string, string | undefined>, from: ShardIteratorType): Promise<void> => {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      if (!ShardId || known.has(ShardId)) continue;
      const request = { StreamArn: streamArn, ShardId, ShardIteratorType: from };
      known.set(ShardId, (await streams.send(new GetShardIteratorCommand(request))).ShardIterator);
    }
  };

  const follow = async (): Promise<void> => {
    const iterators = new Map<string, string | undefined>();
    await openShards(iterators, 'LATEST');
    await takeUpTheRest(); // after the iterators are open, so that no row is missed in between
    for (let refreshedAtMs = clock.nowMs(); !signal.aborted; ) {
      let quiet = true;
      for (const [shardId, iterator] of iterators) {
        if (iterator === undefined) continue;
        const { Records = [], NextShardIterator } = await streams.send(
          new GetRecordsCommand({ ShardIterator: iterator }),
        );
        iterators.set(shardId, NextShardIterator);
        quiet &&= Records.length === 0;
        dispatch(Records as DynamoDBRecord[]);
      }
      if (quiet) await pause(POLL_MS, signal);
      if (clock.nowMs() - refreshedAtMs > SHARD_REFRESH_MS) {
        refreshedAtMs = clock.nowMs();
        await openShards(iterators, 'TRIM_HORIZON');
      }
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await follow().catch(() => pause(RECOVER_MS, signal)); // starts again with the rows that are there
    }
  };

  const running = run();
  return {
    close: async () => {
      stopping.abort();
      await Promise.race([
        Promise.all([running, ...underWay.values()]),
        new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref()),
      ]);
    },
  };
};
