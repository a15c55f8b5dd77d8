import type { DynamoProxy } from '../test/support/dynamo-proxy.ts';

/** Average DynamoDB use of one operation. */
export interface Trips {
  roundTrips: number;
  /** Calls that began while none was under way: how often the operation waits. */
  waits: number;
  readUnits: number;
  writeUnits: number;
}

/** All other operations are billed as writes, including the condition checks of a transaction. */
const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'TransactGetItems']);

/** Counts the DynamoDB calls of some work. */
export type TripsOf = (work: () => Promise<unknown>, operations: number) => Promise<Trips>;

/**
 * Counts the calls that pass the proxy. Units of refused conditional writes are missing: DynamoDB bills them without
 * reporting them.
 */
export const makeTripsOf = (proxy: DynamoProxy): TripsOf => {
  let waits = 0;
  let isCounting = false;
  proxy.interrupt({
    fits: (arriving) => {
      if (isCounting && proxy.calls.every((call) => call === arriving || call.isAnswered)) waits += 1;
      return false; // lets every call pass
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
