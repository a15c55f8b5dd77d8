import type { Dynamo, TransactionResult, Write } from '../aws/dynamo.ts';
import { phoneClaimRow } from './accounts.ts';

/** A number and the account that has it. */
export interface PhoneClaim {
  e164: string;
  accountId: string;
}

/**
 * Claims a number for this account, replacing any other claim: numbers are reassigned, and the reader of its SMS is its
 * owner.
 */
export const claimPhoneWrite = ({ e164, accountId }: PhoneClaim): Write =>
  phoneClaimRow.putWrite(phoneClaimRow.key(e164), { accountId });

/** Loses where the number is another account's by now. */
const releasePhoneWrite = ({ e164, accountId }: PhoneClaim): Write =>
  phoneClaimRow.deleteWrite(
    phoneClaimRow.key(e164),
    phoneClaimRow.when.or(phoneClaimRow.when.isNew, phoneClaimRow.when.is('accountId', accountId)),
  );

/**
 * Writes a change with which an account gives a number up: the claim goes in the same transaction. Where another account has
 * proven the number since, the claim is that account's, so the change is written without it. The change must have a condition
 * of its own that fails once the account proves the number again.
 *
 * @param claim `null` where no number is given up
 * @returns what came of it, with a refusal for each of the writes where it lost
 * @throws StoreUnavailable
 */
export const transactReleasing = async (
  dynamo: Pick<Dynamo, 'transact'>,
  writes: readonly Write[],
  claim: PhoneClaim | null,
): Promise<TransactionResult> => {
  if (!claim) return dynamo.transact(writes);
  const result = await dynamo.transact([...writes, releasePhoneWrite(claim)]);
  const isForeign = !result.won && result.refusals[writes.length] !== null;
  return isForeign ? dynamo.transact(writes) : result;
};
