import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock } from '../primitives/clock.ts';

const SHAPE = {
  verificationId: z.string(),
  /** Absent in rows of release 0.1.0. */
  series: z.optional(z.string()),
  expiresAtEpochSeconds: z.int(),
} as const;

/** A verification that a source address asked for, by the MAC of the address and in the order of time. */
const pendingRow = defineRow({
  table: 'tokens',
  word: 'PENDING',
  // As many digits for the next 260 years: text sorts as time does.
  sortKey: (nowMs: string, verificationId: string) => `${nowMs}#${verificationId}`,
  shape: SHAPE,
});

/** The newest verification of a series, by the MAC of its source address and number. */
const seriesRow = defineRow({ table: 'tokens', word: 'SERIES', sortKey: () => 'NEWEST', shape: SHAPE });

/** More than the people behind one address ask for within ten minutes, and few enough to be tried one by one. */
const MOST_PENDING = 3;

/** As many as a source may ask for in an hour unless the operator says otherwise (settings: limits.requestVerification). */
const MOST_LOOKED_AT = 10;

/**
 * What a source address has asked for lately, so that an app that sends nothing but the code can be answered.
 */
export interface PendingBySource {
  /**
   * Names the newest verification of a number and source. By the number alone a stranger could end another person's
   * code by requesting one.
   */
  seriesOf(sourceIp: string, phoneNumber: string): string;
  /**
   * The writes that note a verification, to ride with it; of its series it is the newest from then on. The last of them loses where
   * the series has one that lives, unless that is the one to be replaced.
   */
  noteWrites(pending: {
    sourceIp: string;
    series: string;
    verificationId: string;
    expiresAtEpochSeconds: number;
    /** `null` where none of the series lives. */
    replaced: string | null;
  }): Write[];
  /** Reads the row that refused the last of {@link noteWrites}. @param current `null` where there is none any more */
  newestOf(current: Item | null): { verificationId: string; expiresAtEpochSeconds: number } | null;
  /** Ends a series with its newest; loses where a newer one was asked for. @param series `null` for a verification of none */
  endWrites(series: string | null, verificationId: string): Write[];
  /**
   * The newest of each series, as long as it has not expired: an older one of it proves nothing, and would keep a neighbour's out.
   *
   * @returns the three newest at the most, the oldest of them first: who asked first mostly answers first, and a right code costs
   * those behind it no try
   * @throws StoreUnavailable
   */
  find(sourceIp: string): Promise<string[]>;
}

/** Opens it; the table doesn't say whose address it is. */
export const makePendingBySource = ({
  dynamo,
  keyring,
  clock,
}: {
  dynamo: Dynamo;
  keyring: Keyring;
  clock: Clock;
}): PendingBySource => {
  const macOf = (sourceIp: string): string => keyring.hmac('limit-key', `pending/${sourceIp}`).toString('base64url');

  return {
    seriesOf: (sourceIp, phoneNumber) =>
      keyring.hmac('limit-key', `series/${sourceIp}/${phoneNumber}`).toString('base64url'),

    noteWrites: ({ sourceIp, series, verificationId, expiresAtEpochSeconds, replaced }) => {
      const { or, isNew, hasExpired, is } = seriesRow.when;
      const pending = { verificationId, series, expiresAtEpochSeconds };
      const key = pendingRow.key(macOf(sourceIp), String(clock.nowMs()), verificationId);
      return [
        pendingRow.putWrite(key, pending, pendingRow.when.isNew),
        seriesRow.putWrite(
          seriesRow.key(series),
          pending,
          replaced === null ? or(isNew, hasExpired(clock.nowSeconds())) : is('verificationId', replaced),
        ),
      ];
    },

    newestOf: (current) => current && seriesRow.parse(current),

    endWrites: (series, verificationId) =>
      series === null
        ? []
        : [seriesRow.deleteWrite(seriesRow.key(series), seriesRow.when.is('verificationId', verificationId))],

    find: async (sourceIp) => {
      const items = await dynamo.queryNewest({
        table: 'tokens',
        pk: `PENDING#${macOf(sourceIp)}`,
        limit: MOST_LOOKED_AT,
      });
      const newest = new Map<string, string>();
      for (const pending of items.map((item) => pendingRow.parse(item))) {
        const { verificationId, series = verificationId } = pending;
        if (!isExpired(pending, clock.nowSeconds()) && !newest.has(series)) newest.set(series, verificationId);
      }
      return [...newest.values()].slice(0, MOST_PENDING).toReversed();
    },
  };
};

/** Finds nothing where the operator does not let a code without an id be looked up by its source. */
export const provideFindBySource = ({
  settings,
  use,
}: Scope<'verification.findBySource'> & Pick<Ports, 'dynamo' | 'keyring'>): PendingBySource['find'] =>
  settings.verification.findBySource ? use(makePendingBySource).find : async () => [];
