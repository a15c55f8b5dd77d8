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
export const send = (port: number, sent: LoadRequest, expectedStatus: number): Promise<string> =>
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
        response.on('end', () =>
          response.statusCode === expectedStatus
            ? resolve(text)
            : reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`)),
        );
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed the idle connection just as it was taken again, and has seen nothing of the request.
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET';
      if (isStale) resolve(send(port, sent, expectedStatus));
      else reject(error);
    });
    outgoing.end(body);
  });

/** Waits for all, also where one fails: nothing goes on beside what comes next. @throws the first error in their order */
export const allOf = async <T>(promises: readonly Promise<T>[]): Promise<T[]> => {
  await Promise.allSettled(promises);
  return Promise.all(promises);
};

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/** Sends numbered requests, so many at once, until all are answered. @throws the first error, once nothing is under way any more */
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

/** Makes so many, several at once. */
export const gather = async <T>(count: number, atOnce: number, one: (index: number) => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  await runLoad(count, atOnce, async (index) => {
    made[index] = await one(index);
  });
  return made;
};
