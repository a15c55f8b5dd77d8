import { runLoad, send } from './http-load.ts';
import type { Row } from './report.ts';
import type { Trips } from './trips.ts';

const SESSIONS = 8;
const ROTATIONS = 100;
const WARM_UP_ROTATIONS = 30;

/** Refreshing is a chain: every request needs the answer before it. As many chains run as other loads have requests at once. */
export const measureRefresh = async ({
  signIn,
  port,
  cpuOf,
  tripsOf,
}: {
  signIn(email: string): Promise<{ refresh_token: string }>;
  port: number;
  cpuOf(count: number, work: () => Promise<unknown>): Promise<number>;
  tripsOf(work: (port: number) => Promise<unknown>, count: number): Promise<Trips>;
}): Promise<Row> => {
  const tokens: string[] = [];
  for (let index = 0; index < SESSIONS; index += 1)
    tokens.push((await signIn(`refresh-${index}@example.com`)).refresh_token);

  const rotate = async (atPort: number, chain: number): Promise<void> => {
    const body = JSON.stringify({ refresh_token: tokens[chain] });
    const request = {
      method: 'POST',
      path: '/sessions/refresh',
      headers: { 'content-type': 'application/json' },
      body,
    };
    tokens[chain] = (JSON.parse(await send(atPort, request, 200)) as { refresh_token: string }).refresh_token;
  };
  const latencies: number[] = [];
  const chains = async (rotations: number): Promise<number> => {
    latencies.length = 0;
    const startedAt = performance.now();
    await Promise.all(
      tokens.map(async (_, chain) => {
        for (let index = 0; index < rotations; index += 1) {
          const sentAt = performance.now();
          await rotate(port, chain);
          latencies.push(performance.now() - sentAt);
        }
      }),
    );
    return (SESSIONS * rotations * 1000) / (performance.now() - startedAt);
  };

  await chains(WARM_UP_ROTATIONS);
  let opsPerSecond = 0;
  const cpuMs = await cpuOf(SESSIONS * ROTATIONS, async () => {
    opsPerSecond = await chains(ROTATIONS);
  });
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
  const trips = await tripsOf((counted) => runLoad(1, 1, () => rotate(counted, 0)), 1);
  return {
    flow: 'refresh-session',
    opsPerSecond,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    requests: 1,
    cpuMs,
    aimMs: 2.5,
    hashMs: 0,
    signMs: 0,
    ...trips,
  };
};
