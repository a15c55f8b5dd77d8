import type { DynamoProxy } from '../test/support/dynamo-proxy.ts';

/** What one operation asks of DynamoDB, on average. */
export interface Trips {
  roundTrips: number;
  /** Those that began while no other was under way: so often the operation stands still. */
  waits: number;
  readUnits: number;
  writeUnits: number;
}

/** All others are billed as writes, the condition checks of a transaction too. */
const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'TransactGetItems']);

/** What counts the trips of some work. */
export type TripsOf = (work: () => Promise<unknown>, operations: number) => Promise<Trips>;

/** Counts what passes the proxy. The units of a write that its condition refused are missing: DynamoDB bills them, and doesn't tell. */
export const makeTripsOf = (proxy: DynamoProxy): TripsOf => {
  let waits = 0;
  let isCounting = false;
  proxy.interrupt({
    fits: (arriving) => {
      if (isCounting && proxy.calls.every((call) => call === arriving || call.isAnswered)) waits += 1;
      return false; // it only looks
    },
    meanwhile: async () => undefined,
  });

  return async (work, operations) => {
    proxy.calls.length = 0;
    waits = 0;
    isCounting = true;
    await work();
    isCounting = false;
    const units = (isRead: boolean): number =>
      proxy.calls
        .filter(({ operation }) => READS.has(operation) === isRead)
        .reduce((sum, { consumedCapacity }) => sum + consumedCapacity, 0);
    return {
      roundTrips: proxy.calls.length / operations,
      waits: waits / operations,
      readUnits: units(true) / operations,
      writeUnits: units(false) / operations,
    };
  };
};
