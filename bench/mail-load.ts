import { runLoad } from './http-load.ts';
import type { Row } from './report.ts';
import { all } from './scenario.ts';
import type { Trips } from './trips.ts';

/** As many rows as one call of the function may bring. */
const BATCH = 10;
const BATCHES = 40;
const WARM_UP_BATCHES = 20;
const COUNTED_MAILS = 4;

/**
 * Delivering: Lambda hands over the rows of a stream, so no gateway is in it. An operation is one recovery mail, the dearest
 * there is; it is measured in full batches and counted alone. The latency is a batch's.
 */
export const measureMails = async ({
  intent,
  deliver,
  cpuOf,
  tripsOf,
}: {
  /** Has a mail wait in the outbox. @returns its partition key */
  intent(email: string): Promise<string>;
  deliver(partitionKeys: readonly string[]): Promise<unknown>;
  cpuOf(count: number, work: () => Promise<unknown>): Promise<number>;
  /** Delivers through the process whose calls are counted. */
  tripsOf(partitionKeys: readonly string[]): Promise<Trips>;
}): Promise<Row> => {
  const keys = await all((WARM_UP_BATCHES + BATCHES) * BATCH, (index) => intent(`mail-${index}@example.com`));
  const batch = (index: number): string[] => keys.slice(index * BATCH, (index + 1) * BATCH);

  await runLoad(WARM_UP_BATCHES, 1, (index) => deliver(batch(index)));
  let load = { opsPerSecond: 0, p50Ms: 0, p99Ms: 0 };
  const cpuMs = await cpuOf(BATCHES * BATCH, async () => {
    load = await runLoad(BATCHES, 1, (index) => deliver(batch(WARM_UP_BATCHES + index)));
  });
  const trips = await tripsOf(await all(COUNTED_MAILS, (index) => intent(`counted-mail-${index}@example.com`)));
  return {
    flow: 'deliver-messages',
    ...load,
    opsPerSecond: load.opsPerSecond * BATCH,
    requests: 0,
    cpuMs,
    aimMs: null,
    hashMs: 0,
    signMs: 0,
    ...trips,
  };
};
