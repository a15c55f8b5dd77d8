import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as requestUpstream } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Passes the client's address to the emulator, which sees only the front door's. */
const SOURCE_HEADER = 'x-test-source-ip';

/** Hop-by-hop headers (RFC 9110 §7.6.1), and the one that only the front door sets. */
const OWN_HEADERS = new Set(['connection', 'keep-alive', 'host', 'transfer-encoding', SOURCE_HEADER]);

/** Raw headers (name, value, name, value …) without the front door's own. */
const passedOn = (rawHeaders: readonly string[]): string[] =>
  rawHeaders.filter((_, index) => !OWN_HEADERS.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));

/** Serves the deployed API as on a domain of its own. */
export interface FrontDoor {
  url: string;
  /** Sets the target; before that, requests get 503. @param stageUrl of the API's stage */
  leadTo(stageUrl: string): void;
  close(): Promise<void>;
}

/**
 * Opens a proxy on 127.0.0.1 to an API that the emulator serves under a long path. Method, path, headers and body pass
 * unchanged, and the client's address becomes the source that the API sees: a client at 127.66.0.1 is a source of its
 * own.
 */
export const openFrontDoor = async (): Promise<FrontDoor> => {
  const agent = new Agent({ keepAlive: true });
  let stageUrl: string | null = null;

  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    if (stageUrl === null) {
      response.writeHead(503).end();
      return;
    }
    const source = request.socket.remoteAddress ?? '';
    const upstream = requestUpstream(`${stageUrl}${request.url}`, { agent, method: request.method ?? 'GET' });
    const headers = passedOn(request.rawHeaders);
    for (let index = 0; index < headers.length; index += 2) {
      upstream.appendHeader(headers[index] ?? '', headers[index + 1] ?? '');
    }
    upstream.setHeader(SOURCE_HEADER, source);
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, passedOn(answer.rawHeaders));
      answer.pipe(response);
    });
    upstream.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
    if (hasBody) request.pipe(upstream);
    else upstream.end();
  };

  const server = createServer(forward).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (url) => {
      stageUrl = url;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
};
