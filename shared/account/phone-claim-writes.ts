import type { Condition } from '../aws/conditions.ts';
import type { Item, Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import { accountRow, phoneClaimRow } from './accounts.ts';

/** A number, and an account that has it or has just proven it. */
export interface PhoneClaim {
  e164: string;
  accountId: string;
}

/** The claim of a number as it was read; `null` where no account has the number. */
export type ClaimRow = RowOf<typeof phoneClaimRow> | null;

const { when } = phoneClaimRow;

/** @param item `null` where there is none */
export const parseClaim = (item: Item | null): ClaimRow => item && phoneClaimRow.parse(item);

/** Every account that has the number, the latest to prove it last. Rows of 0.1.0 name one. */
export const holdersOf = (claim: ClaimRow): readonly string[] => {
  if (!claim) return [];
  return claim.accountIds ?? (claim.accountId === undefined ? [] : [claim.accountId]);
};

/** The whole row is compared: a decision on it holds while it says the same. */
const isUnchanged = (seen: ClaimRow): Condition => {
  if (!seen) return when.isNew;
  const { accountId, accountIds } = seen;
  return when.and(
    accountId === undefined ? when.lacks('accountId') : when.is('accountId', accountId),
    accountIds === undefined ? when.lacks('accountIds') : when.is('accountIds', accountIds),
  );
};

const isOfNoOther = (accountId: string): Condition =>
  when.and(
    when.or(when.lacks('accountId'), when.is('accountId', accountId)),
    when.or(when.lacks('accountIds'), when.is('accountIds', [accountId])),
  );

/** Ends the claim of a number that one account has; loses where there are others. Nothing has to be read for it. */
export const endClaimWrite = ({ e164, accountId }: PhoneClaim): Write =>
  phoneClaimRow.deleteWrite(phoneClaimRow.key(e164), when.or(when.isNew, isOfNoOther(accountId)));

/**
 * Takes an account out of a claim; loses where the claim has changed. The others keep the number. None of them becomes the
 * verified one, because none has proven it since.
 *
 * @returns no write where the account is not in the claim: release 0.1.0 replaced it by another
 */
export const leaveClaimWrites = ({ e164, accountId }: PhoneClaim, seen: ClaimRow): Write[] => {
  const holders = holdersOf(seen);
  const others = holders.filter((holder) => holder !== accountId);
  if (!seen || others.length === holders.length) return [];
  const key = phoneClaimRow.key(e164);
  if (others.length === 0) return [phoneClaimRow.deleteWrite(key, isUnchanged(seen))];
  const { accountId: verified = accountId } = seen;
  const row = { accountIds: others, ...(verified !== accountId && { accountId: verified }) };
  return [phoneClaimRow.putWrite(key, row, isUnchanged(seen))];
};

/** Makes an account the verified one of a number; loses where the claim has changed. @param others that keep the number */
export const joinClaimWrite = (
  { e164, accountId }: PhoneClaim,
  { seen, others }: { seen: ClaimRow; others: readonly string[] },
): Write =>
  phoneClaimRow.putWrite(phoneClaimRow.key(e164), { accountId, accountIds: [...others, accountId] }, isUnchanged(seen));

/** Has a profile say that its number is not verified any more, as another account has proven it; loses where it has another number. */
export const endVerifiedWrite = ({ e164, accountId }: PhoneClaim, nowSeconds: number): Write =>
  accountRow.updateWrite(
    accountRow.key(accountId),
    {
      setAt: [[['phone', 'isVerified'], false]],
      set: { updatedAtEpochSeconds: nowSeconds },
      increase: { profileVersion: 1 },
    },
    accountRow.when.is(['phone', 'e164'], e164),
  );

/** Loses where an account has the number: one that had given it up may prove it again at any moment. */
export const requireGoneWrite = ({ e164, accountId }: PhoneClaim): Write =>
  accountRow.checkWrite(
    accountRow.key(accountId),
    accountRow.when.or(accountRow.when.lacks(['phone', 'e164']), accountRow.when.isNot(['phone', 'e164'], e164)),
  );
