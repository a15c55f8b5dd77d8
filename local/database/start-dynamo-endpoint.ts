import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Randomness } from '../../shared/primitives/clock.ts';
import type { OperationAnswer } from './answer-operation.ts';

const LOOPBACK = '127.0.0.1';
const SECRET_BYTES = 32;

/** DynamoDB's own limit on a request, 16 MB. */
const BODY_MAX_BYTES = 16 * 1024 * 1024;

/** Node's default of 5 s would sometimes close a pooled connection while the SDK sends on it. */
const KEEP_ALIVE_TIMEOUT_MS = 60_000;

/** Answers an operation. @param isWanted whether the caller still waits */
export type Answer = (
  operation: string,
  request: Record<string, unknown>,
  isWanted: () => boolean,
) => Promise<OperationAnswer>;

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown> | null> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
};

/**
 * Starts the HTTP endpoint for the SDK's clients of this process. Web pages and other users of the machine can also
 * reach 127.0.0.1, so the path is a secret made at each start: requests without it are refused unread, and no answer
 * has CORS headers.
 */
export const startDynamoEndpoint = async ({
  answer,
  randomness,
}: {
  answer: Answer;
  randomness: Randomness;
}): Promise<{ endpoint: string; close(): Promise<void> }> => {
  const secret = randomness.bytes(SECRET_BYTES).toString('base64url');
  const ownPath = Buffer.from(`/${secret}/`);

  const isOwn = ({ url = '' }: IncomingMessage): boolean => {
    const path = Buffer.from(url);
    return path.length === ownPath.length && timingSafeEqual(path, ownPath);
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isOwn(request)) return void response.writeHead(403, { connection: 'close' }).end();
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body = await readBody(request);
    if (body === null) return void response.writeHead(400, { connection: 'close' }).end();
    const { status, body: content } = await answer(operation, body, () => !response.destroyed);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(content);
  };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
    respond(request, response).catch(() => response.destroy()); // the caller has closed the connection
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });

  return {
    endpoint: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/${secret}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
