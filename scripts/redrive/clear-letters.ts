import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { intentKey, OUTBOX_CHANNELS } from '../../shared/outbox/outbox.ts';
import { isHopeless, type RedriveIntent } from '../../shared/outbox/redrive-intent.ts';

/** SQS's most for one call. */
const BATCH_SIZE = 10;
/** Asks all of SQS's servers: an empty answer then means an empty queue. */
const WAIT_SECONDS = 1;
/** For so long nobody else gets what was received; what is kept is there again afterwards. */
const HELD_SECONDS = 60;

/** What deliver-messages writes. */
const ownLetter = z.object({ intentId: z.string().check(z.regex(/^[^#]{1,64}(#\d{1,9})?$/)) });
/** What Lambda writes when a function could not run at all: positions in the stream, no intent. */
const lambdaLetter = z.object({ DDBStreamBatchInfo: z.object({}) });

export interface ClearLettersOptions {
  client: SQSClient;
  queueUrl: string;
  dynamo: Pick<Dynamo, 'get'>;
  redriveIntent: Pick<RedriveIntent, 'skipReasonOf'>;
  /** When the rows began to be redriven, in milliseconds of the epoch. */
  beganAtMs: number;
  /** Whether each row that could ever go out was redriven. */
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
 * Removes the dead letters of intents that are dealt with: redriven, delivered, or never to go out. All others stay, and what
 * nobody here has written stays too.
 *
 * @throws StoreUnavailable, or what the SDK throws; a second run does the rest
 */
export const clearLetters = async (options: ClearLettersOptions): Promise<{ removed: number; kept: number }> => {
  const { client, queueUrl, dynamo, redriveIntent, beganAtMs, nothingLeft } = options;

  const isSettled = async ({ Body, Attributes }: Message): Promise<boolean> => {
    const letter = parsed(Body);
    const own = ownLetter.safeParse(letter).data;
    if (own) {
      // The table decides and no clock: an intent that was buried again meanwhile is in a row of another name.
      const rows = await Promise.all(
        OUTBOX_CHANNELS.map((channel) => dynamo.get('outbox', intentKey(channel, own.intentId))),
      );
      return rows.every((row) => row === null || isHopeless(redriveIntent.skipReasonOf(row)));
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
    if (fresh.length === 0) return { removed, kept: seen.size - removed }; // no more, or only what was kept before
    await Promise.all(fresh.map(settle));
  }
};
