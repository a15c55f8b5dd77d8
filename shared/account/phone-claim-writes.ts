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

/** The reservations that live: accounts that have given the number up, and until when each has its place. */
export const reservationsOf = (claim: ClaimRow, nowSeconds: number): Record<string, number> =>
  Object.fromEntries(Object.entries(claim?.reserved ?? {}).filter(([, untilSeconds]) => untilSeconds > nowSeconds));

/** The whole row is compared: a decision on it holds while it says the same. */
const isUnchanged = (seen: ClaimRow): Condition => {
  if (!seen) return when.isNew;
  const { accountId, accountIds, reserved } = seen;
  return when.and(
    accountId === undefined ? when.lacks('accountId') : when.is('accountId', accountId),
    accountIds === undefined ? when.lacks('accountIds') : when.is('accountIds', accountIds),
    reserved === undefined ? when.lacks('reserved') : when.is('reserved', reserved),
  );
};

/** A claim, where the account is out of it or in it. A row of reservations alone goes when the last of them ends. */
const claimOf = (
  holders: { accountIds: readonly string[]; verified: string | undefined },
  reserved: Record<string, number>,
): NonNullable<ClaimRow> => {
  const { accountIds, verified } = holders;
  const hasReservations = Object.keys(reserved).length > 0;
  return {
    accountIds: [...accountIds],
    ...(verified !== undefined && { accountId: verified }),
    ...(hasReservations && { reserved }),
    ...(hasReservations && accountIds.length === 0 && { expiresAtEpochSeconds: Math.max(...Object.values(reserved)) }),
  };
};

const isOfNoOther = (accountId: string): Condition =>
  when.and(
    when.or(when.lacks('accountId'), when.is('accountId', accountId)),
    when.or(when.lacks('accountIds'), when.is('accountIds', [accountId])),
  );

/**
 * How a number is given up: its place reserved for the account until then, so that an undo finds it; `null` for one that shall have none.
 */
export interface GivingUp extends PhoneClaim {
  reservedUntilEpochSeconds: number | null;
}

/** Gives up a number that one account alone has, and none has reserved; loses otherwise. Nothing has to be read for it. */
export const endClaimWrite = ({ e164, accountId, reservedUntilEpochSeconds: until }: GivingUp): Write => {
  const key = phoneClaimRow.key(e164);
  const isAlone = when.or(when.isNew, when.and(isOfNoOther(accountId), when.lacks('reserved')));
  if (until === null) return phoneClaimRow.deleteWrite(key, isAlone);
  const row = claimOf({ accountIds: [], verified: undefined }, { [accountId]: until });
  return phoneClaimRow.putWrite(key, row, isAlone);
};

/**
 * Takes an account out of a claim; loses where the claim has changed. The others keep the number. None of them becomes the
 * verified one, because none has proven it since.
 *
 * @returns no write where the account is not in the claim: release 0.1.0 replaced it by another
 */
export const leaveClaimWrites = (
  { e164, accountId, reservedUntilEpochSeconds: until }: GivingUp,
  seen: ClaimRow,
  nowSeconds: number,
): Write[] => {
  const holders = holdersOf(seen);
  const others = holders.filter((holder) => holder !== accountId);
  if (!seen || others.length === holders.length) return [];
  const key = phoneClaimRow.key(e164);
  const reserved = { ...reservationsOf(seen, nowSeconds), ...(until !== null && { [accountId]: until }) };
  if (others.length === 0 && Object.keys(reserved).length === 0) {
    return [phoneClaimRow.deleteWrite(key, isUnchanged(seen))];
  }
  const verified = seen.accountId === accountId ? undefined : seen.accountId;
  return [phoneClaimRow.putWrite(key, claimOf({ accountIds: others, verified }, reserved), isUnchanged(seen))];
};

/**
 * Takes an account that is erased out of a claim, and out of its reservations; loses where the claim has changed. The others keep theirs.
 *
 * @returns `null` where the claim doesn't name the account
 */
export const forgetInClaimWrite = (
  { e164, accountId }: PhoneClaim,
  seen: ClaimRow,
  nowSeconds: number,
): Exclude<Write, { kind: 'check' }> | null => {
  const holders = holdersOf(seen);
  const isNamed = holders.includes(accountId) || seen?.reserved?.[accountId] !== undefined;
  if (!seen || !isNamed) return null;
  const key = phoneClaimRow.key(e164);
  const others = holders.filter((holder) => holder !== accountId);
  const { [accountId]: _, ...reserved } = reservationsOf(seen, nowSeconds);
  if (others.length === 0 && Object.keys(reserved).length === 0)
    return phoneClaimRow.deleteWrite(key, isUnchanged(seen));
  const verified = seen.accountId === accountId ? undefined : seen.accountId;
  return phoneClaimRow.putWrite(key, claimOf({ accountIds: others, verified }, reserved), isUnchanged(seen));
};

/** A claim as it is found: the accounts that stay in it, and the instant. */
interface FoundClaim {
  seen: ClaimRow;
  others: readonly string[];
  nowSeconds: number;
}

/** Makes an account the verified one of a number; loses where the claim has changed. @param found.others that keep the number */
export const joinClaimWrite = ({ e164, accountId }: PhoneClaim, { seen, others, nowSeconds }: FoundClaim): Write => {
  const { [accountId]: _, ...reserved } = reservationsOf(seen, nowSeconds);
  const row = claimOf({ accountIds: [...others, accountId], verified: accountId }, reserved);
  return phoneClaimRow.putWrite(phoneClaimRow.key(e164), row, isUnchanged(seen));
};

/**
 * Puts an account back into a claim that it had given up; loses where the claim has changed. It is the verified one where it was before
 * and none has proven the number since.
 *
 * @returns the write, and whether the account is the verified one
 */
export const rejoinClaimWrite = (
  { e164, accountId }: PhoneClaim,
  { seen, wasVerified, nowSeconds }: { seen: ClaimRow; wasVerified: boolean; nowSeconds: number },
): { write: Write; isVerified: boolean } => {
  const others = holdersOf(seen).filter((holder) => holder !== accountId);
  const isVerified = wasVerified && (seen?.accountId ?? accountId) === accountId;
  const verified = isVerified ? accountId : seen?.accountId;
  const { [accountId]: _, ...reserved } = reservationsOf(seen, nowSeconds);
  const row = claimOf({ accountIds: [...others, accountId], verified }, reserved);
  return { write: phoneClaimRow.putWrite(phoneClaimRow.key(e164), row, isUnchanged(seen)), isVerified };
};

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
