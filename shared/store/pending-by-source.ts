import * as z from 'zod/mini';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock } from '../domain/clock.ts';
import type { Dynamo, Write } from './dynamo.ts';
import { isExpired, rowStamp, stampSchema } from './row.ts';

const pendingRow = z.object({
  ...stampSchema,
  verificationId: z.string(),
  expiresAtEpochSeconds: z.int(),
});

/** More than the people behind one address ask for within ten minutes, and few enough to be tried one by one. */
const MOST_PENDING = 3;

/**
 * What a source address has asked for lately, so that an app that sends nothing but the code can be answered.
 */
export interface PendingBySource {
  /** The write that notes a verification, to ride with it. */
  note(sourceIp: string, pending: { verificationId: string; expiresAtEpochSeconds: number }): Write;
  /** @returns those that are not over, the newest first, three at the most */
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
  const partitionOf = (sourceIp: string): string =>
    `PENDING#${keyring.hmac('limit-key', `pending/${sourceIp}`).toString('base64url')}`;

  return {
    note: (sourceIp, { verificationId, expiresAtEpochSeconds }) => ({
      kind: 'put',
      table: 'tokens',
      item: {
        pk: partitionOf(sourceIp),
        sk: `${clock.nowMs()}#${verificationId}`, // as many digits for the next 260 years: text sorts as time does
        ...rowStamp,
        verificationId,
        expiresAtEpochSeconds,
      },
      condition: 'attribute_not_exists(#pk)',
    }),
    find: async (sourceIp) => {
      const items = await dynamo.queryNewest({ table: 'tokens', pk: partitionOf(sourceIp), limit: MOST_PENDING });
      return items
        .map((item) => pendingRow.parse(item))
        .filter((pending) => !isExpired(pending, clock.nowSeconds()))
        .map(({ verificationId }) => verificationId);
    },
  };
};
