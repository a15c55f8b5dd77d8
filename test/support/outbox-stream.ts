import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { loadEvent } from './load-event.ts';
import type { World } from './world.ts';

const [TEMPLATE] = loadEvent<DynamoDBStreamEvent>('deliver-messages/one-insert').Records;

/**
 * The stream record of a new intent.
 * @param pk the intent's partition key
 * @param sequenceNumber its id in the answer
 */
export const insertOf = (pk: unknown, sequenceNumber = '1'): DynamoDBRecord => ({
  ...TEMPLATE,
  eventName: 'INSERT',
  dynamodb: {
    ...TEMPLATE?.dynamodb,
    Keys: { pk: { S: String(pk) }, sk: { S: 'INTENT' } },
    SequenceNumber: sequenceNumber,
  },
});

/** Partition keys of the waiting intents, oldest request first. */
export const waitingIntents = async (world: World): Promise<string[]> =>
  (await world.rows('outbox'))
    .toSorted((a, b) => Number(a.requestedAtMs) - Number(b.requestedAtMs))
    .map(({ pk }) => String(pk));

/** Passes records to deliver-messages as one batch. */
export const deliverBatch = (world: World, records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> =>
  world.stream('deliver-messages', { Records: [...records] });

/** Passes intents one at a time. @returns how many failed */
export const deliverInTurn = async (world: World, partitionKeys: readonly string[]): Promise<number> => {
  let failed = 0;
  for (const pk of partitionKeys) failed += (await deliverBatch(world, [insertOf(pk)])).batchItemFailures.length;
  return failed;
};
