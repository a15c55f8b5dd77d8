import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { intentKey, OUTBOX_CHANNELS } from '../../shared/outbox/outbox.ts';
import { isFinal, type RedriveIntent } from '../../shared/outbox/redrive-intent.ts';

/** SQS's maximum per call. */
const BATCH_SIZE = 10;
/** Long polling asks all of SQS's servers, so an empty answer means an empty queue. */
const WAIT_SECONDS = 1;
/** Visibility timeout: other readers don't get a received letter for this long; kept ones reappear afterwards. */
const HELD_SECONDS = 60;

/** A dead letter of deliver-messages. */
const ownLetter = z.object({ intentId: z.string().check(z.regex(/^[^#]{1,64}(#\d{1,9})?$/)) });
/** A dead letter of Lambda, for a function that could not run: positions in the stream, no intent. */
const lambdaLetter = z.object({ DDBStreamBatchInfo: z.object({}) });

export interface ClearLettersOptions {
  client: SQSClient;
  queueUrl: string;
  dynamo: Pick<Dynamo, 'get'>;
  redriveIntent: Pick<RedriveIntent, 'skipReasonOf'>;
  /** Start of the redrive, in milliseconds of the epoch. */
  beganAtMs: number;
  /** Whether every row that can be sent was redriven. */
  nothingLeft: boolean;
}

const parsed = (body: string | undefined): unknown => {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return null;
  }
};

/**
 * Removes the dead letters of intents that are redriven, delivered or final. Keeps all others, and letters of unknown
 * origin.
 *
 * @throws StoreUnavailable, or what the SDK throws; a second run does the rest
 */
export const clearLetters = async (options: ClearLettersOptions): Promise<{ removed: number; kept: number }> => {
  const { client, queueUrl, dynamo, redriveIntent, beganAtMs, nothingLeft } = options;

  const isSettled = async ({ Body, Attributes }: Message): Promise<boolean> => {
    const letter = parsed(Body);
    const own = ownLetter.safeParse(letter).data;
    if (own) {
      // The row decides, not the time: an intent that was dead-lettered again meanwhile is in a row with another key.
      const rows = await Promise.all(
        OUTBOX_CHANNELS.map((channel) => dynamo.get('outbox', intentKey(channel, own.intentId))),
      );
      return rows.every((row) => row === null || isFinal(redriveIntent.skipReasonOf(row)));
    }
    return lambdaLetter.safeParse(letter).success && nothingLeft && Number(Attributes?.SentTimestamp) < beganAtMs;
  };

  const seen = new Set<string | undefined>();
  let removed = 0;
  const settle = async (message: Message): Promise<void> => {
    seen.add(message.MessageId);
    if (!(await isSettled(message))) return;
    await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    removed += 1;
  };

  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: BATCH_SIZE,
        WaitTimeSeconds: WAIT_SECONDS,
        VisibilityTimeout: HELD_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId));
    if (fresh.length === 0) return { removed, kept: seen.size - removed }; // the queue is empty, or holds only letters that are kept
    await Promise.all(fresh.map(settle));
  }
};
