import { Agent, request } from 'node:http';

/** One request of a load. */
export interface LoadRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What a load showed. */
export interface LoadResult {
  opsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends one request and answers its body. @throws Error where the status isn't the one that was expected */
export const send = (
  port: number,
  { method, path, headers = {}, body }: LoadRequest,
  expectedStatus: number,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      { agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () =>
          response.statusCode === expectedStatus
            ? resolve(text)
            : reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`)),
        );
      },
    );
    outgoing.on('error', reject).end(body);
  });

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/** Sends numbered requests, so many at once, until all are answered. */
export const runLoad = async (
  count: number,
  atOnce: number,
  one: (index: number) => Promise<unknown>,
): Promise<LoadResult> => {
  const latencies: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const sentAt = performance.now();
      await one(index);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  return { opsPerSecond: count / seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
};
