import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A recorded request and its answer. */
interface Passed {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  status: number;
}

/** A reverse proxy with an address of its own that records requests of browsers. */
export interface RecordingProxy {
  origin: string;
  passed: Passed[];
  close(): Promise<void>;
}

/**
 * Starts it on a free port of 127.0.0.1.
 *
 * @param leavesOut a header to drop, to simulate a browser that doesn't send it
 */
export const startRecordingProxy = async (
  target: string,
  { leavesOut }: { leavesOut: string | null },
): Promise<RecordingProxy> => {
  const passed: Passed[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const handedOn = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== leavesOut));
    const onward = httpRequest(new URL(url, target), { method, headers: handedOn }, (answer) => {
      passed.push({ method, path: url, headers, status: answer.statusCode ?? 0 });
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
