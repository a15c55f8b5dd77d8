import * as z from 'zod/mini';
import type { Dynamo, Key, Write } from '../aws/dynamo.ts';
import { isExpired, rowSchema, rowStamp } from '../aws/row.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Clock } from '../primitives/clock.ts';

const pendingRow = rowSchema({
  verificationId: z.string(),
  /** Absent in rows of release 0.1.0. */
  series: z.optional(z.string()),
  expiresAtEpochSeconds: z.int(),
});

const seriesKey = (series: string): Key => ({ pk: `SERIES#${series}`, sk: 'NEWEST' });

/** More than the people behind one address ask for within ten minutes, and few enough to be tried one by one. */
const MOST_PENDING = 3;

/** As many as a source may ask for in an hour unless the operator says otherwise (settings: limits.requestVerification). */
const MOST_LOOKED_AT = 10;

/**
 * What a source address has asked for lately, so that an app that sends nothing but the code can be answered.
 */
export interface PendingBySource {
  /**
   * What says which verification of a number by a source is the newest. By the number alone a stranger could put an end to
   * somebody's code by asking for another.
   */
  seriesOf(sourceIp: string, phoneNumber: string): string;
  /** The writes that note a verification, to ride with it; of its series it is the newest from then on. */
  noteWrites(pending: {
    sourceIp: string;
    series: string;
    verificationId: string;
    expiresAtEpochSeconds: number;
  }): Write[];
  /** Ends a series with its newest; loses where a newer one was asked for. @param series `null` for a verification of none */
  endWrites(series: string | null, verificationId: string): Write[];
  /**
   * The newest of each series, as long as it has not expired: an older one of it proves nothing, and would keep a neighbour's out.
   *
   * @returns the three newest at the most, the oldest of them first: who asked first mostly answers first, and a right code costs
   * those behind it no try
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
  const partitionOf = (sourceIp: string): Key['pk'] =>
    `PENDING#${keyring.hmac('limit-key', `pending/${sourceIp}`).toString('base64url')}`;

  return {
    seriesOf: (sourceIp, phoneNumber) =>
      keyring.hmac('limit-key', `series/${sourceIp}/${phoneNumber}`).toString('base64url'),

    noteWrites: ({ sourceIp, series, verificationId, expiresAtEpochSeconds }) => {
      const pending = { ...rowStamp, verificationId, series, expiresAtEpochSeconds };
      // As many digits for the next 260 years: text sorts as time does.
      const place = { pk: partitionOf(sourceIp), sk: `${clock.nowMs()}#${verificationId}` };
      return [
        { kind: 'put', table: 'tokens', item: { ...place, ...pending }, condition: 'attribute_not_exists(#pk)' },
        { kind: 'put', table: 'tokens', item: { ...seriesKey(series), ...pending } },
      ];
    },

    endWrites: (series, verificationId) =>
      series === null
        ? []
        : [
            {
              kind: 'delete',
              table: 'tokens',
              key: seriesKey(series),
              condition: '#verificationId = :id',
              values: { ':id': verificationId },
            },
          ],

    find: async (sourceIp) => {
      const items = await dynamo.queryNewest({ table: 'tokens', pk: partitionOf(sourceIp), limit: MOST_LOOKED_AT });
      const newest = new Map<string, string>();
      for (const pending of items.map((item) => pendingRow.parse(item))) {
        const { verificationId, series = verificationId } = pending;
        if (!isExpired(pending, clock.nowSeconds()) && !newest.has(series)) newest.set(series, verificationId);
      }
      return [...newest.values()].slice(0, MOST_PENDING).toReversed();
    },
  };
};
