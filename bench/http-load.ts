import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { ServiceRequest } from '../test/catalogue/service.ts';

/** Results of a load. */
export interface LoadResult {
  opsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** An answer over HTTP. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends one request and returns its answer, of any status. */
export const exchange = (port: number, sent: ServiceRequest): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const { method, path, headers = {}, body } = sent;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      { agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed the idle connection while it was taken again, and never saw the request.
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET';
      if (isStale) resolve(exchange(port, sent));
      else reject(error);
    });
    outgoing.end(body);
  });

/** Sends one request and returns the body of its answer. @throws Error on another status than the expected one */
export const send = async (port: number, sent: ServiceRequest, expectedStatus: number): Promise<string> => {
  const { status, body } = await exchange(port, sent);
  if (status === expectedStatus) return body;
  throw new Error(`${sent.method} ${sent.path} was answered ${status}: ${body}`);
};

/**
 * Waits for all, even where one fails, so that no work overlaps with the next step.
 * @throws the first error in their order
 */
export const allOf = async <T>(promises: readonly Promise<T>[]): Promise<T[]> => {
  await Promise.allSettled(promises);
  return Promise.all(promises);
};

/** The value below which a share of them lies. @param sorted in ascending order */
export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/**
 * Sends numbered requests with a fixed concurrency until all are answered.
 * @throws the first error, after all requests have ended
 */
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
      try {
        await one(index);
      } catch (error) {
        next = count;
        throw error;
      }
      latencies.push(performance.now() - sentAt);
    }
  };
  await allOf(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  return { opsPerSecond: count / seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
};

/** Makes `count` values, with a fixed concurrency. */
export const gather = async <T>(count: number, atOnce: number, one: (index: number) => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  await runLoad(count, atOnce, async (index) => {
    made[index] = await one(index);
  });
  return made;
};
