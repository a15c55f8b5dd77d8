import type { Dynamo, TransactionResult, Write } from '../aws/dynamo.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Account, accountRow, phoneClaimRow } from './accounts.ts';
import { noteFormerFactorWrites } from './former-factor-row.ts';
import { CLAIM_ATTEMPTS, isAnyRefused, refusalsByPart } from './phone-claim-attempts.ts';
import {
  type ClaimRow,
  editClaimWrites,
  endClaimWrite,
  type GivingUp,
  holdClaimWrite,
  holdersOf,
  joining,
  leaving,
  notRecovering,
  type PhoneClaim,
  parseClaim,
  reservationsOf,
} from './phone-claim-writes.ts';
import { demotionWrites, staleBy } from './phone-demotions.ts';

/** A number that an account has just proven. */
export interface PhoneProof extends PhoneClaim {
  /** As many accounts may have the number; those that have it may prove it again. */
  maximum: number;
  /** Writes for each of the other accounts, whose owners have to know. */
  writesFor: (accountId: string) => readonly Write[];
  /** Writes for the account that the number recovers no more. */
  writesForRecovered: (accountId: string) => readonly Write[];
}

/** A change with which an account takes a number. */
interface TakePhone {
  writes: readonly Write[];
  proof: PhoneProof;
  /** The claim, as it was read. */
  seen: ClaimRow;
  /** The number that it replaces; `null` where there is none. */
  givenUp: GivingUp | null;
}

/** `full` where as many other accounts have the number, or have their place in it reserved, as may. Then nothing was written. */
type TakePhoneResult = { outcome: 'taken' | 'lost' } | { outcome: 'full'; others: readonly string[] };

/** The claims of numbers: which accounts have one, and which of them is verified. */
export interface PhoneClaims {
  /** @throws StoreUnavailable */
  find(e164: string): Promise<ClaimRow>;
  /**
   * Writes a change with which an account gives a number up: it leaves the claim in the same transaction. The change must have a
   * condition of its own that fails once the account proves the number again.
   *
   * @param claim `null` where no number is given up
   * @returns what came of it, with a refusal for each of the writes where it lost
   * @throws StoreUnavailable
   */
  give(writes: readonly Write[], claim: GivingUp | null): Promise<TransactionResult>;
  /**
   * Writes a change with which an account takes a number: it joins the claim as the verified one, and the profile of the account
   * that was verified says so, in the same transaction. Of any number of accounts that prove one number at once at most
   * `maximum` have it then, and one of them is verified.
   *
   * @throws StoreUnavailable
   */
  take(change: TakePhone): Promise<TakePhoneResult>;
  /**
   * Whether an account is the latest to have proven its number.
   * Accounts that have proven theirs under 0.1.0 don't say so: for them the claim is read.
   *
   * @throws StoreUnavailable
   */
  isVerified(account: Pick<Account, 'accountId' | 'phone'>): Promise<boolean>;
}

/** Opens the claims. */
export const makePhoneClaims = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): PhoneClaims => {
  const find: PhoneClaims['find'] = async (e164) => parseClaim(await dynamo.get('accounts', phoneClaimRow.key(e164)));

  /** Those of the accounts that have the number no more: an older function, which knows one account, left them in the claim. */
  const findGone = async (e164: string, accountIds: readonly string[]): Promise<string[]> => {
    const items = await dynamo.batchGet(accountIds.map((accountId) => accountRow.at(accountId)));
    const numbers = items.map((item) => item && accountRow.parse(item).phone?.e164);
    return accountIds.filter((_, index) => numbers[index] !== e164);
  };

  return {
    find,

    give: async (writes, claim) => {
      if (!claim) return dynamo.transact(writes);
      const noted = noteFormerFactorWrites(claim);
      let giving = [endClaimWrite(claim), ...noted]; // mostly there is no other account
      for (let attempt = 1; ; attempt += 1) {
        const result = await dynamo.transact([...writes, ...giving]);
        if (result.won) return result;
        const [ownRefused, [left] = []] = refusalsByPart(result.refusals, [writes, giving]);
        if (!left || isAnyRefused(ownRefused) || attempt === CLAIM_ATTEMPTS) return result;
        const seen = parseClaim(left.current);
        const edits = [leaving(claim)];
        giving = [...editClaimWrites({ e164: claim.e164, seen, edits, nowSeconds: clock.nowSeconds() }), ...noted];
      }
    },

    take: async ({ writes, proof, seen, givenUp }) => {
      const { e164, accountId, maximum, writesFor, writesForRecovered } = proof;
      const nowSeconds = clock.nowSeconds();
      let claim = seen;
      let gone: readonly string[] = [];
      let isRecoveryStale = false;
      const noted = givenUp ? noteFormerFactorWrites(givenUp) : [];
      let giving = givenUp ? [endClaimWrite(givenUp), ...noted] : [];
      for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt += 1) {
        const holders = holdersOf(claim).filter((holder) => !gone.includes(holder));
        const others = holders.filter((holder) => holder !== accountId);
        const { [accountId]: ownReservation, ...reserved } = reservationsOf(claim, nowSeconds);
        const hasPlace = others.length < holders.length || ownReservation !== undefined;
        if (!hasPlace && others.length + Object.keys(reserved).length >= maximum) {
          const found = others.length > 0 ? await findGone(e164, others) : [];
          if (found.length === 0) return { outcome: 'full', others };
          gone = [...gone, ...found];
          continue;
        }

        const recovers = claim?.recoveryAccountId;
        const other = recovers === undefined || recovers === accountId ? null : recovers;
        const [recovered, unrecovered] = isRecoveryStale ? [null, other] : [other, null];
        const verified = others.find((one) => one === claim?.accountId) ?? null;
        const demotions = { e164, verified, recovered, unrecovered, gone };
        const edits = [joining(accountId, others), ...(other === null ? [] : [notRecovering(other)])];
        const parts = [
          writes,
          [holdClaimWrite({ e164, seen: claim, edits, nowSeconds })],
          demotionWrites(demotions, nowSeconds),
          giving,
          [...others.flatMap(writesFor), ...(recovered === null ? [] : writesForRecovered(recovered))],
        ];
        const result = await dynamo.transact(parts.flat());
        if (result.won) return { outcome: 'taken' };

        const [ownRefused, joinRefused, demotionRefused = [], [left] = []] = refusalsByPart(result.refusals, parts);
        if (isAnyRefused(ownRefused)) return { outcome: 'lost' };
        const stale = staleBy(demotionRefused, demotions);
        if (!isAnyRefused(joinRefused) && (stale.gone.length > 0 || stale.isRecoveryStale)) {
          gone = [...gone, ...stale.gone];
          isRecoveryStale ||= stale.isRecoveryStale;
        } else if (isAnyRefused(joinRefused) || isAnyRefused(demotionRefused)) {
          claim = await find(e164); // one of those that were left behind may have proven the number again
          gone = [];
          isRecoveryStale = false;
        }
        if (left && givenUp) {
          const [of, edit] = [parseClaim(left.current), leaving(givenUp)];
          giving = editClaimWrites({ e164: givenUp.e164, seen: of, edits: [edit], nowSeconds });
        }
      }
      return { outcome: 'lost' };
    },

    isVerified: async ({ accountId, phone }) => {
      if (!phone) return false;
      return phone.isVerified ?? (await find(phone.e164))?.accountId === accountId;
    },
  };
};
