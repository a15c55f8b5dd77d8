import * as http from 'node:http';
import * as https from 'node:https';
import { type SdkError, UNUSABLE_ANSWER } from './aws-errors.ts';

/** A handshake takes a few round trips within the region. @see AWS SDK for JavaScript v3, NodeHttpHandlerOptions */
const CONNECT_TIMEOUT_MS = 1000;

/** As many as the SDK's own agent opens; further requests wait for one of them. */
const SOCKETS_MAX = 50;

/** DynamoDB's largest answer, of BatchGetItem, has 16 MB of items, and more as JSON. @see DynamoDB API Reference, BatchGetItem */
const ANSWER_MAX_BYTES = 64 * 1024 * 1024;

/** A whole answer. */
export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** What is sent. */
export interface HttpPost {
  /** POST unless given. */
  method?: string;
  /** With its query; that of the host's URL unless given. */
  path?: string;
  headers: Record<string, string>;
  body: string;
  /** From the call to the last byte of the answer, in milliseconds. */
  timeoutMs: number;
}

/** Whether the other side has closed the connection. */
const isCut = ({ code }: SdkError): boolean => code === 'ECONNRESET' || code === 'EPIPE';

const timedOut = (message: string): Error =>
  Object.assign(new Error(message), { name: 'TimeoutError', code: 'ETIMEDOUT' });

const tooLarge = (): Error => Object.assign(new Error('the answer has no end'), { name: UNUSABLE_ANSWER });

/**
 * Makes the way to one host: connections that stay open and are shared by all requests.
 *
 * No listener is ever left at a connection that outlives its request: they would add up with the requests
 * (smithy-lang/smithy-typescript#1530).
 *
 * @returns sends a request once; throws the connection's own error (`wasIdle` where one that was kept open proved to be closed),
 * TimeoutError, or UnusableAnswer for an answer without an end
 */
export const openHttp = ({ protocol, hostname, port, pathname }: URL): ((post: HttpPost) => Promise<HttpAnswer>) => {
  const { Agent, request } = protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const host = hostname.replace(/^\[(.*)\]$/, '$1'); // a URL has brackets around an IPv6 address, and a socket's address has none
  const target = { host, port: port || undefined, agent };

  return ({ method = 'POST', path = pathname, headers, body, timeoutMs }) => {
    // Not Promise.withResolvers: operators' commands run on Node 20 too (package.json, engines).
    return new Promise((resolve, reject) => {
      let connecting: NodeJS.Timeout | undefined;
      const outgoing = request({ ...target, method, path, headers });

      const ended = (): void => {
        clearTimeout(timer);
        clearTimeout(connecting);
      };
      const fail = (error: Error): void => {
        ended();
        reject(error);
        outgoing.destroy();
      };
      const timer = setTimeout(() => fail(timedOut('no answer in time')), timeoutMs);

      outgoing.on('error', (error: SdkError) =>
        fail(outgoing.reusedSocket && isCut(error) ? Object.assign(error, { wasIdle: true }) : error),
      );
      outgoing.once('socket', (socket) => {
        if (!socket.connecting) return;
        connecting = setTimeout(() => fail(timedOut('no connection in time')), CONNECT_TIMEOUT_MS);
        socket.once('connect', () => clearTimeout(connecting));
      });
      outgoing.once('response', (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > ANSWER_MAX_BYTES) fail(tooLarge());
        });
        answer.on('error', fail); // an answer that is cut off
        answer.once('end', () => {
          ended();
          const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: whole });
        });
      });
      outgoing.end(body);
    });
  };
};
