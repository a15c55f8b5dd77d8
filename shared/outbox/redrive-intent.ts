import * as z from 'zod/mini';
import type { Dynamo, Item, Key } from '../aws/dynamo.ts';
import { isExpired, rowSchema } from '../aws/row.ts';
import { SMS_CODE_SECONDS } from '../contract/lifetimes.ts';
import type { Clock } from '../primitives/clock.ts';
import { isCodeIntent } from './intent.ts';
import { intentKey, intentRow, intentShape, isUnreadable, type OutboxChannel } from './outbox.ts';

const waitingRow = rowSchema({
  ...intentShape,
  pk: z.string().check(z.regex(/^(INTENT|SMS)#[^#]+(#\d{1,9})?$/)),
  sk: z.literal('INTENT'),
  leasedUntilMs: z.number(),
  expiresAtEpochSeconds: z.int(),
});

/**
 * Why a row is left: a code that came too late and an expired intent are final; the others can be redriven later, by a
 * release that reads them, after their minimum age, or after their lease.
 */
type SkipReason = 'too-late' | 'expired' | 'unreadable' | 'too-young' | 'leased';

/** Result of redriving a row; `changed` and `gone` mean that a concurrent call has handled it. */
export type Redriven = 'redriven' | 'changed' | 'gone' | SkipReason;

/** Whether a row can never be sent. */
export const isFinal = (outcome: Redriven | null): boolean => outcome === 'too-late' || outcome === 'expired';

/** Redrives the rows of the outbox; for whom an operator has asked, not for a function. */
export interface RedriveIntent {
  /** @returns `null` for a row that can be redriven */
  skipReasonOf(item: Item): SkipReason | null;
  /**
   * Puts a row in place of the one given, as `<id>#1` for `<id>`, so that the stream tells of it as of a new one; both or
   * neither, and for one of any number of callers. It is tried for as long as a new one, but is the intent it was: what was made
   * for it, or paid, is not made or paid again, and newer requests stay newer.
   * @throws StoreUnavailable
   */
  redrive(item: Item): Promise<Redriven>;
}

/** @returns `null` for a row that this release can't read */
const readWaiting = (item: Item) => {
  try {
    return waitingRow.parse(item);
  } catch (error) {
    if (isUnreadable(error)) return null;
    throw error;
  }
};

const nextKey = (partitionKey: string): Key => {
  const [channel, intentId = '', times = '0'] = partitionKey.split('#');
  return intentKey(channel as OutboxChannel, `${intentId}#${Number(times) + 1}`);
};

/** @param minimumAgeMs how long ago a row must have been written: what is younger is under way by itself */
export const makeRedriveIntent = ({
  dynamo,
  clock,
  minimumAgeMs,
}: {
  dynamo: Pick<Dynamo, 'transact'>;
  clock: Clock;
  minimumAgeMs: number;
}): RedriveIntent => {
  const skipReasonOf: RedriveIntent['skipReasonOf'] = (item) => {
    const row = readWaiting(item);
    if (!row) return 'unreadable';
    const nowMs = clock.nowMs();
    if (isExpired(row, clock.nowSeconds())) return 'expired';
    if (isCodeIntent(row.intent) && nowMs - row.requestedAtMs >= SMS_CODE_SECONDS * 1000) return 'too-late';
    if (row.leasedUntilMs > nowMs) return 'leased';
    return nowMs - (row.redrivenAtMs ?? row.requestedAtMs) < minimumAgeMs ? 'too-young' : null;
  };

  return {
    skipReasonOf,
    redrive: async (item) => {
      const skipReason = skipReasonOf(item);
      if (skipReason !== null) return skipReason;
      const { pk, attempts, leasedUntilMs } = waitingRow.parse(item);
      const { buriedAs: _, ownFaults: __, ...waiting } = item;

      const { when } = intentRow;
      const result = await dynamo.transact([
        // Every attempt counts itself and takes a lease: one that was made since, and its end, are both noticed.
        intentRow.deleteWrite(
          { pk: pk as Key['pk'], sk: 'INTENT' },
          when.and(when.is('attempts', attempts), when.is('leasedUntilMs', leasedUntilMs)),
        ),
        intentRow.copyWrite(
          { ...waiting, ...nextKey(pk), attempts: 0, leasedUntilMs: 0, redrivenAtMs: clock.nowMs() },
          when.isNew,
        ),
      ]);
      if (result.won) return 'redriven';
      const [deletion] = result.refusals;
      return deletion && deletion.current === null ? 'gone' : 'changed';
    },
  };
};
