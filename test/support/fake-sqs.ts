import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface StoredMessage {
  MessageId: string;
  Body: string;
  sentAtMs: number;
  /** Received and not yet deleted, so invisible to others for a while. */
  held: boolean;
}

/** Members of a request; which ones depends on the operation. */
interface Input {
  QueueUrl?: string;
  MessageBody?: string;
  MaxNumberOfMessages?: number;
  ReceiptHandle?: string;
}

/** A fault of every call until `heal`. */
export type SqsFault = 'server-error' | 'access-denied' | 'silence';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const bodyOf = async (request: IncomingMessage): Promise<Input> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Input;
};

/**
 * Starts a server for the part of SQS's JSON protocol that one dead-letter queue needs.
 *
 * @param nowMs timestamp of sent messages
 * @see Amazon SQS API reference: SendMessage, ReceiveMessage, DeleteMessage
 */
export const startFakeSqs = async (nowMs: () => number) => {
  const messages: StoredMessage[] = [];
  const operations: string[] = [];
  let sent = 0;
  let fault: SqsFault | null = null;

  const put = (Body: string): string => {
    sent += 1;
    messages.push({ MessageId: `message-${sent}`, Body, sentAtMs: nowMs(), held: false });
    return `message-${sent}`;
  };

  const answers: Readonly<Record<string, (input: Input) => object>> = {
    SendMessage: ({ MessageBody = '' }) => ({ MessageId: put(MessageBody), MD5OfMessageBody: md5(MessageBody) }),
    ReceiveMessage: ({ MaxNumberOfMessages = 1 }) => {
      const received = messages.filter(({ held }) => !held).slice(0, MaxNumberOfMessages);
      for (const message of received) message.held = true;
      return {
        Messages: received.map(({ MessageId, Body, sentAtMs }) => ({
          MessageId,
          Body,
          MD5OfBody: md5(Body),
          ReceiptHandle: `handle of ${MessageId}`,
          Attributes: { SentTimestamp: String(sentAtMs) },
        })),
      };
    },
    DeleteMessage: ({ ReceiptHandle }) => {
      const index = messages.findIndex(({ MessageId }) => ReceiptHandle === `handle of ${MessageId}`);
      if (index >= 0) messages.splice(index, 1);
      return {};
    },
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    const input = await bodyOf(request);
    operations.push(operation);
    if (fault === 'silence') return;
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    // An error message may quote the request, so this one does, to detect leaks.
    const message = `of ${JSON.stringify(input)}`;
    if (fault === 'server-error') say(500, { __type: 'com.amazonaws.sqs#InternalFailure', message });
    else if (fault === 'access-denied') say(403, { __type: 'com.amazon.coral.service#AccessDeniedException', message });
    else say(200, answers[operation]?.(input) ?? { __type: 'com.amazonaws.sqs#UnsupportedOperation' });
  };

  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    queueUrl: `${url}/000000000000/dead-letters`,
    /** Operations in the order they were called. */
    operations,
    /** Bodies of the messages in the queue, parsed. */
    letters: () => messages.map(({ Body }) => JSON.parse(Body) as unknown),
    put,
    empty: () => messages.splice(0),
    fail: (next: SqsFault) => {
      fault = next;
    },
    heal: () => {
      fault = null;
    },
    /** Ends the visibility timeout of all received messages. */
    showAgain: () => {
      for (const message of messages) message.held = false;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export type FakeSqs = Awaited<ReturnType<typeof startFakeSqs>>;
