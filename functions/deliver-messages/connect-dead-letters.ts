import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Scope } from '../../shared/lambda/scope.ts';
import { errorName } from '../../shared/primitives/error-name.ts';
import { type DeadLetter, DeadLetterNotKept, type DeadLetters } from './dead-letters.ts';

/**
 * After SES's 7 s (sdk-send.ts) this still ends within the intent's lease (LEASE_SECONDS).
 *
 * @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"
 */
const CALL_TIMEOUT_MS = 2500;

/** @see AWS SDK for JavaScript v3, NodeHttpHandlerOptions, requestTimeout and connectionTimeout */
const REQUEST_TIMEOUT_MS = 1000;

/** A duplicate letter does no harm. @see AWS SDKs and Tools Reference Guide, "Retry behavior", max_attempts */
const SDK_ATTEMPTS = 2;

const readableByOwner = 0o600;

/** Field by field, so that no other field is stored. */
const textOf = (letter: DeadLetter): string =>
  JSON.stringify({ intentId: letter.intentId, errorName: letter.errorName });

const toFile =
  (file: string): DeadLetters['send'] =>
  async (letter) =>
    appendFileSync(file, `${textOf(letter)}\n`, { mode: readableByOwner });

const toQueue = (queueUrl: string): DeadLetters['send'] => {
  const connect = async () => {
    // Loaded on demand: letters are rare, so cold starts don't pay for the client, and a laptop doesn't need it.
    const { SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient({
      maxAttempts: SDK_ATTEMPTS,
      useQueueUrlAsEndpoint: false, // the SDK's environment sets the endpoint, as for every other service
      requestHandler: {
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        connectionTimeout: REQUEST_TIMEOUT_MS,
      },
    });
    return (MessageBody: string) =>
      client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }), {
        abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
  };
  let connected: ReturnType<typeof connect> | null = null;

  return async (letter) => {
    connected ??= connect();
    await (await connected)(textOf(letter));
  };
};

const senderTo = (reference: string): DeadLetters['send'] => {
  const { protocol } = new URL(reference);
  if (protocol === 'file:') return toFile(fileURLToPath(reference));
  if (protocol === 'https:' || protocol === 'http:') return toQueue(reference);
  throw new Error("dead letters go to a queue's URL or a file: URL");
};

/**
 * Makes the port to dead letters. Endpoint, region and credentials are those of the SDK's environment.
 *
 * @param reference the URL of an SQS queue; `file:/path` appends a line of JSON for each letter, on a laptop
 * @throws TypeError for an invalid URL, Error for one of another kind
 */
export const connectDeadLetters = (reference: string): DeadLetters => {
  const send = senderTo(reference);
  return {
    send: async (letter) => {
      try {
        await send(letter);
      } catch (error) {
        throw new DeadLetterNotKept(errorName(error)); // an SDK's message may quote the letter
      }
    },
  };
};

/** @throws TypeError where the configuration names no place for dead letters */
export const provideDeadLetters = ({ config }: Scope): DeadLetters => connectDeadLetters(config.deadLetters ?? '');
