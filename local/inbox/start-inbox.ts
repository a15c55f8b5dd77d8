import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type MovableClock, makeMovableClock } from '../movable-clock.ts';
import { makeFaults } from './faults.ts';
import { makeHandleInboxRequest } from './handle-inbox-request.ts';
import { type InboxAnswer, refusal } from './inbox-answer.ts';
import { type HearMailEvent, makeMailOutcomes } from './mail-outcomes.ts';
import { type MessageStore, openMessageStore } from './message-store.ts';
import { makeSuppressionList } from './suppression-list.ts';

const LOOPBACK = '127.0.0.1';

/** SES's limit is 10 MB. */
const BODY_MAX_BYTES = 10 * 1024 * 1024;

/** Node's default of 5 s would sometimes close a pooled connection while the SDK sends on it. */
const KEEP_ALIVE_TIMEOUT_MS = 60_000;

/** On every answer: no other origin, no cache, no sniffing of types. CORS headers are never sent. */
const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** @returns the body, or `null` when it is too long */
const readBody = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Keep reading: a client that is cut off while it writes doesn't see the answer.
    if (length <= BODY_MAX_BYTES) chunks.push(chunk);
  }
  return length <= BODY_MAX_BYTES ? Buffer.concat(chunks).toString('utf8') : null;
};

const write = (response: ServerResponse, { status, headers, body = '' }: InboxAnswer): void => {
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...COMMON_HEADERS, ...headers, ...length }).end(body);
};

/**
 * Starts the laptop's simulation of SES and SNS. It speaks their protocol, stores what is sent, shows it to people at
 * `GET /` and to tests at `GET /messages`, fails as ordered by `PUT /faults`, and moves the service's clock on by `PUT /clock`. It
 * listens on 127.0.0.1 only.
 *
 * @param port 0 for any free one
 * @param dataDirectory where messages are kept between starts, or `null` to keep them in memory only
 * @param clock the service's; one of its own that runs with the machine's unless given
 * @param apiUrl address of the API, for the page's hint how to get a first message
 * @param hear what SES tells of mail, as SNS hands it on; it goes unheard unless given
 * @returns where it listens, and how to stop it: requests under way, hanging ones too, are cut off
 * @throws the error of node:net as it is, with `code: 'EADDRINUSE'` when the port is taken
 */
export const startInbox = async ({
  port,
  dataDirectory,
  clock = makeMovableClock({ machine: systemClock }),
  apiUrl = 'http://127.0.0.1:3000',
  hear = null,
}: {
  port: number;
  dataDirectory: string | null;
  clock?: MovableClock;
  apiUrl?: string;
  hear?: HearMailEvent | null;
}): Promise<{ url: string; close(): Promise<void> }> => {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS });
  server.listen({ port, host: LOOPBACK });
  await once(server, 'listening');

  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };

  let store: MessageStore;
  try {
    // After the port: the process that holds it owns the file, which two writers would corrupt.
    store = openMessageStore(dataDirectory);
  } catch (error) {
    await stop();
    throw error;
  }
  const suppressions = makeSuppressionList({ clock });
  const outcomes = makeMailOutcomes({ suppressions, hear, clock, randomness: csprng });
  const handle = makeHandleInboxRequest({ store, faults: makeFaults(), outcomes, suppressions, clock, apiUrl });

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '', headers } = request;
    const body = await readBody(request);
    const answer = body === null ? refusal(413, 'Too long.') : handle({ method, target, headers, body });
    if (answer) write(response, answer);
  };
  server.on('request', (request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return; // the client left before it had sent everything
      console.error('The inbox could not answer a request:', error);
      write(response, refusal(500, 'The inbox failed; its console says why.'));
    });
  });

  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await stop();
      store.close();
    },
  };
};
