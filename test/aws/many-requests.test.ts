import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { type Key, StoreUnavailable } from '../../shared/aws/dynamo.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { startFakeServer } from '../support/fake-server.ts';

/** `npm run verify` sends 50,000. */
const { dynamoRequests: REQUESTS = 3000 } = globalThis as { dynamoRequests?: number };

/** Many more than a function has at once. */
const AT_ONCE = 200;
const SOCKETS_MAX = 50;

/** Every so many requests one is reset. */
const RESET_EACH = 101;

/** After so many all that is made once is there. */
const WARM_UP = 1000;

/** V8's own part was 65 to 380 KB, as much after 2,000 as after 40,000. Were the answers of 2,000 kept, it would be 4 MB. */
const GROWTH_MAX_BYTES = 1024 ** 2;

const KEY: Key = { pk: 'INTENT#many', sk: 'ROW' };
const ANSWER = JSON.stringify({ Item: { pk: { S: KEY.pk }, sk: { S: KEY.sk }, text: { S: 'x'.repeat(2000) } } });

const listenersOf = (socket: Socket): number =>
  socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0);

const heapBytes = (): number => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

describe('many requests through one process', () => {
  let server: Awaited<ReturnType<typeof startFakeServer>>;
  let served = 0;
  /** Open connections, as this process has them. */
  const sockets = new Set<Socket>();
  let mostSockets = 0;
  const warnings: string[] = [];

  const seen = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    sockets.add(socket);
    mostSockets = Math.max(mostSockets, sockets.size);
    socket.once('close', () => sockets.delete(socket));
  };
  const warned = ({ name }: Error): void => void warnings.push(name);

  beforeAll(async () => {
    server = await startFakeServer((request, response) => {
      request.resume().on('end', () => {
        served += 1;
        if (served % RESET_EACH === 0) return void request.socket.destroy();
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(ANSWER);
      });
    });
    subscribe('net.client.socket', seen);
    process.on('warning', warned);
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: server.origin,
    });
  });
  afterAll(() => {
    unsubscribe('net.client.socket', seen);
    process.off('warning', warned);
    return server.stop();
  });

  it('opens no more connections than are allowed, keeps them, and leaves nothing at them or in memory', async () => {
    const dynamo = connectDynamo({ config: { tables: { tokens: 't' } }, clock: systemClock, randomness: csprng });
    let answered = 0;
    const send = async (): Promise<void> => {
      await dynamo.get('tokens', KEY).catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error;
      });
      answered += 1;
    };
    await send();
    const [first] = sockets;
    const atFirst = first ? listenersOf(first) : 0;

    const sendAll = async (requests: number): Promise<void> => {
      for (let sent = 0; sent < requests; sent += AT_ONCE) {
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, requests - sent) }, send));
      }
      await new Promise((resolve) => setImmediate(resolve));
    };
    await sendAll(WARM_UP);
    const heapBefore = heapBytes();
    await sendAll(REQUESTS - answered);
    const grown = heapBytes() - heapBefore;

    expect(answered).toBe(REQUESTS);
    expect(served).toBeGreaterThanOrEqual(REQUESTS);
    expect(mostSockets).toBeLessThanOrEqual(SOCKETS_MAX);
    expect(atFirst).toBeGreaterThan(0);
    expect(Math.max(...[...sockets].map(listenersOf))).toBeLessThanOrEqual(atFirst);
    expect(grown).toBeLessThan(GROWTH_MAX_BYTES);
    expect(warnings).toEqual([]);
  });
});
