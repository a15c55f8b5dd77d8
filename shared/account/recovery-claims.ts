import type { Dynamo, TransactionResult, Write } from '../aws/dynamo.ts';
import type { Clock } from '../primitives/clock.ts';
import { CLAIM_ATTEMPTS, isAnyRefused, refusalsByPart } from './phone-claim-attempts.ts';
import {
  editClaimWrites,
  holdClaimWrite,
  notRecovering,
  type PhoneClaim,
  recovering,
  wasFactorLately,
} from './phone-claim-writes.ts';
import { makePhoneClaims } from './phone-claims.ts';
import { type Demotions, demotionWrites, staleBy } from './phone-demotions.ts';

/** A change with which an account chooses a number for recovery. */
interface ChooseRecovery extends PhoneClaim {
  writes: readonly Write[];
  /** The number that it replaces; `null` where there is none, or the same. */
  former: string | null;
  /** Writes for the account that the number recovers no more. */
  writesForRecovered: (accountId: string) => readonly Write[];
}

/** The claims of numbers, for recovery: which account a number recovers (docs/adr/0054). */
export interface RecoveryClaims {
  /**
   * Writes a change with which an account chooses a number for recovery. The number recovers that account alone from then on; where it
   * recovered another, that one has none any more, in the same transaction.
   *
   * @returns `was-factor` where it was a factor of the account lately; then nothing was written
   * @throws StoreUnavailable
   */
  choose(change: ChooseRecovery): Promise<'chosen' | 'lost' | 'was-factor'>;
  /**
   * Writes a change with which an account has no number for recovery any more.
   * @throws StoreUnavailable
   */
  end(writes: readonly Write[], claim: PhoneClaim): Promise<TransactionResult>;
}

/** Opens them. */
export const makeRecoveryClaims = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): RecoveryClaims => {
  const claims = makePhoneClaims({ dynamo, clock });

  return {
    choose: async ({ writes, e164, accountId, former, writesForRecovered }) => {
      const nowSeconds = clock.nowSeconds();
      let isStale = false;
      for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt += 1) {
        const [seen, left] = await Promise.all([claims.find(e164), former === null ? null : claims.find(former)]);
        if (wasFactorLately(seen, accountId, nowSeconds)) return 'was-factor';
        const recovers = seen?.recoveryAccountId;
        const other: string | null = recovers === undefined || recovers === accountId ? null : recovers;
        const recovered: string | null = isStale ? null : other;
        const unrecovered = isStale ? other : null;
        const demotions: Demotions = { e164, verified: null, recovered, unrecovered, gone: [] };
        const parts = [
          writes,
          demotionWrites(demotions, nowSeconds),
          [
            holdClaimWrite({ e164, seen, edits: [recovering(accountId)], nowSeconds }),
            ...(former === null
              ? []
              : editClaimWrites({ e164: former, seen: left, edits: [notRecovering(accountId)], nowSeconds })),
            ...(recovered === null ? [] : writesForRecovered(recovered)),
          ],
        ];
        const result = await dynamo.transact(parts.flat());
        if (result.won) return 'chosen';
        const [ownRefused, demotionRefused = []] = refusalsByPart(result.refusals, parts);
        if (isAnyRefused(ownRefused)) return 'lost';
        isStale = staleBy(demotionRefused, demotions).isRecoveryStale;
      }
      return 'lost';
    },

    end: async (writes, { e164, accountId }) => {
      for (let attempt = 1; ; attempt += 1) {
        const [seen, nowSeconds] = [await claims.find(e164), clock.nowSeconds()];
        const ending = editClaimWrites({ e164, seen, edits: [notRecovering(accountId)], nowSeconds });
        const result = await dynamo.transact([...writes, ...ending]);
        if (result.won || attempt === CLAIM_ATTEMPTS) return result;
        const [ownRefused, [endRefused] = []] = refusalsByPart(result.refusals, [writes, ending]);
        if (!endRefused || isAnyRefused(ownRefused)) return result;
      }
    },
  };
};
