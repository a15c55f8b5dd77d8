import * as z from 'zod/mini';
import type { Condition } from '../../shared/aws/conditions.ts';
import { defineRow } from '../../shared/aws/define-row.ts';
import type { Item, Key, Write } from '../../shared/aws/dynamo.ts';
import { isExpired } from '../../shared/aws/row.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { FIRST_RESEND_SECONDS, longerWaitSeconds, RESEND_MEMORY_SECONDS } from './resend-policy.ts';

/** The waiting time of one destination, by the MAC of its name. */
const resendRow = defineRow({
  table: 'tokens',
  word: 'RESEND',
  sortKey: () => 'RESEND',
  shape: {
    nextAtEpochSeconds: z.int(),
    intervalSeconds: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
});

/** A request for a code that has to keep its distance from the one before. */
export interface SpacedRequest {
  write: Write;
  /** Seconds from now after which the next request may come. */
  resendAfterSeconds: number;
}

/** The waiting times between codes for one destination. */
export interface Resends {
  /** The write of a first request; loses when there was one lately. @param destination an account's id or a number */
  first(destination: string): SpacedRequest;
  /**
   * The write of a further one, given the row that refused the first.
   * @returns the seconds to wait where it comes too early
   */
  next(destination: string, current: Item | null): SpacedRequest | { waitSeconds: number };
}

/** Opens them; the table doesn't say for whom they are. */
export const makeResends = ({ keyring, clock }: { keyring: Keyring; clock: Clock }): Resends => {
  const keyOf = (destination: string): Key =>
    resendRow.key(keyring.hmac('limit-key', `resend/${destination}`).toString('base64url'));

  const spaced = (destination: string, resendAfterSeconds: number, when: Condition): SpacedRequest => {
    const nowSeconds = clock.nowSeconds();
    return {
      resendAfterSeconds,
      write: resendRow.putWrite(
        keyOf(destination),
        {
          nextAtEpochSeconds: nowSeconds + resendAfterSeconds,
          intervalSeconds: longerWaitSeconds(resendAfterSeconds),
          expiresAtEpochSeconds: nowSeconds + RESEND_MEMORY_SECONDS,
        },
        when,
      ),
    };
  };

  const first = (destination: string): SpacedRequest =>
    spaced(
      destination,
      FIRST_RESEND_SECONDS,
      resendRow.when.or(resendRow.when.isNew, resendRow.when.hasExpired(clock.nowSeconds())),
    );

  return {
    first,
    next: (destination, current) => {
      const nowSeconds = clock.nowSeconds();
      const seen = current && resendRow.parse(current);
      if (!seen || isExpired(seen, nowSeconds)) return first(destination);
      if (seen.nextAtEpochSeconds > nowSeconds) return { waitSeconds: seen.nextAtEpochSeconds - nowSeconds };
      return spaced(
        destination,
        seen.intervalSeconds,
        resendRow.when.is('nextAtEpochSeconds', seen.nextAtEpochSeconds),
      );
    },
  };
};
