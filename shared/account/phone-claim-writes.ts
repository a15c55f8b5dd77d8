import type { Condition } from '../aws/conditions.ts';
import type { Item, Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import { phoneClaimRow } from './accounts.ts';

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

const living = (places: Readonly<Record<string, number>> = {}, nowSeconds: number): Record<string, number> =>
  Object.fromEntries(Object.entries(places).filter(([, untilSeconds]) => untilSeconds > nowSeconds));

/** The reservations that live: accounts that have given the number up, and until when each has its place. */
export const reservationsOf = (claim: ClaimRow, nowSeconds: number): Record<string, number> =>
  living(claim?.reserved, nowSeconds);

/** Whether the number was a factor of an account lately. */
export const wasFactorLately = (claim: ClaimRow, accountId: string, nowSeconds: number): boolean =>
  (claim?.formerFactorOf?.[accountId] ?? 0) > nowSeconds;

/** The whole row is compared: a decision on it holds while it says the same. */
const isUnchanged = (seen: ClaimRow): Condition => {
  if (!seen) return when.isNew;
  const { accountId, accountIds, reserved, formerFactorOf, recoveryAccountId } = seen;
  return when.and(
    accountId === undefined ? when.lacks('accountId') : when.is('accountId', accountId),
    accountIds === undefined ? when.lacks('accountIds') : when.is('accountIds', accountIds),
    reserved === undefined ? when.lacks('reserved') : when.is('reserved', reserved),
    formerFactorOf === undefined ? when.lacks('formerFactorOf') : when.is('formerFactorOf', formerFactorOf),
    recoveryAccountId === undefined ? when.lacks('recoveryAccountId') : when.is('recoveryAccountId', recoveryAccountId),
  );
};

/** What a claim says, without what has ended. */
interface ClaimState {
  accountIds: readonly string[];
  verified: string | undefined;
  reserved: Readonly<Record<string, number>>;
  formerFactorOf: Readonly<Record<string, number>>;
  recoveryAccountId: string | undefined;
}

const stateOf = (seen: ClaimRow, nowSeconds: number): ClaimState => ({
  accountIds: holdersOf(seen),
  verified: seen?.accountId,
  reserved: reservationsOf(seen, nowSeconds),
  formerFactorOf: living(seen?.formerFactorOf, nowSeconds),
  recoveryAccountId: seen?.recoveryAccountId,
});

/** The row that says it; `null` for nothing. One that names no present account goes when the last of its places ends. */
const rowOf = ({
  accountIds,
  verified,
  reserved,
  formerFactorOf,
  recoveryAccountId,
}: ClaimState): NonNullable<ClaimRow> | null => {
  const ends = [...Object.values(reserved), ...Object.values(formerFactorOf)];
  const isOfNone = accountIds.length === 0 && recoveryAccountId === undefined;
  if (isOfNone && ends.length === 0) return null;
  return {
    accountIds: [...accountIds],
    ...(verified !== undefined && { accountId: verified }),
    ...(Object.keys(reserved).length > 0 && { reserved }),
    ...(Object.keys(formerFactorOf).length > 0 && { formerFactorOf }),
    ...(recoveryAccountId !== undefined && { recoveryAccountId }),
    ...(isOfNone && { expiresAtEpochSeconds: Math.max(...ends) }),
  };
};

/** One thing that happens to a claim. Those of one row are written together: a transaction takes one write of a row. */
export type ClaimEdit = (state: ClaimState) => ClaimState;

/** How a number is given up. */
export interface GivingUp extends PhoneClaim {
  /** Its place is reserved for the account until then, so that an undo finds it; `null` for one that shall have none. */
  reservedUntilEpochSeconds: number | null;
  /** Until when the account can't choose it for recovery; `null` where it was no factor. */
  formerFactorUntilEpochSeconds: number | null;
}

const without = (places: Readonly<Record<string, number>>, accountId: string): Record<string, number> => {
  const { [accountId]: _, ...others } = places;
  return others;
};

/** Notes that the number was a factor of an account. */
export const havingBeenFactor =
  (accountId: string, untilEpochSeconds: number | null): ClaimEdit =>
  (state) =>
    untilEpochSeconds === null
      ? state
      : { ...state, formerFactorOf: { ...state.formerFactorOf, [accountId]: untilEpochSeconds } };

/**
 * Takes an account out. The others keep the number. None of them becomes the verified one, because none has proven it since. One that
 * is not in the claim, as release 0.1.0 replaced it by another, gets no place.
 */
export const leaving =
  ({ accountId, reservedUntilEpochSeconds: until, formerFactorUntilEpochSeconds }: Omit<GivingUp, 'e164'>): ClaimEdit =>
  (state) => {
    const noted = havingBeenFactor(accountId, formerFactorUntilEpochSeconds)(state);
    if (!state.accountIds.includes(accountId)) return noted;
    return {
      ...noted,
      accountIds: state.accountIds.filter((holder) => holder !== accountId),
      verified: state.verified === accountId ? undefined : state.verified,
      reserved: until === null ? state.reserved : { ...state.reserved, [accountId]: until },
    };
  };

/** Makes an account the verified one. @param others that keep the number */
export const joining =
  (accountId: string, others: readonly string[]): ClaimEdit =>
  (state) => ({
    ...state,
    accountIds: [...others, accountId],
    verified: accountId,
    reserved: without(state.reserved, accountId),
  });

/** Puts an account back that had given the number up: the verified one where it was before and none has proven the number since. */
export const rejoining =
  (accountId: string, wasVerified: boolean): ClaimEdit =>
  (state) => ({
    ...state,
    accountIds: [...state.accountIds.filter((holder) => holder !== accountId), accountId],
    verified: isVerifiedAgain(state, accountId, wasVerified) ? accountId : state.verified,
    reserved: without(state.reserved, accountId),
  });

const isVerifiedAgain = ({ verified }: Pick<ClaimState, 'verified'>, accountId: string, wasVerified: boolean) =>
  wasVerified && (verified ?? accountId) === accountId;

/** Whether {@link rejoining} makes the account the verified one. */
export const isVerifiedByRejoining = (seen: ClaimRow, accountId: string, wasVerified: boolean): boolean =>
  isVerifiedAgain({ verified: seen?.accountId }, accountId, wasVerified);

/** Takes an account that is erased out of everything that the claim says. The others keep what they have. */
const forgetting =
  (accountId: string): ClaimEdit =>
  (state) => ({
    accountIds: state.accountIds.filter((holder) => holder !== accountId),
    verified: state.verified === accountId ? undefined : state.verified,
    reserved: without(state.reserved, accountId),
    formerFactorOf: without(state.formerFactorOf, accountId),
    recoveryAccountId: state.recoveryAccountId === accountId ? undefined : state.recoveryAccountId,
  });

/** Has the number recover this account, and no other. */
export const recovering =
  (accountId: string): ClaimEdit =>
  (state) => ({ ...state, recoveryAccountId: accountId });

/** Has the number recover this account no more. */
export const notRecovering =
  (accountId: string): ClaimEdit =>
  (state) =>
    state.recoveryAccountId === accountId ? { ...state, recoveryAccountId: undefined } : state;

/** A claim that was read, and what happens to it. */
interface ClaimChange {
  e164: string;
  seen: ClaimRow;
  edits: readonly ClaimEdit[];
  nowSeconds: number;
}

const edited = ({ seen, edits, nowSeconds }: ClaimChange): ClaimState =>
  edits.reduce((state, edit) => edit(state), stateOf(seen, nowSeconds));

/** Writes a claim that names somebody from then on; loses where it has changed, and decides so also where nothing of it changes. */
export const holdClaimWrite = (change: ClaimChange): Write =>
  phoneClaimRow.putWrite(phoneClaimRow.key(change.e164), rowOf(edited(change)) ?? {}, isUnchanged(change.seen));

/** Writes what is left of a claim; loses where it has changed. @returns none where nothing of it changes */
export const editClaimWrites = (change: ClaimChange): Write[] => {
  const { e164, seen, nowSeconds } = change;
  const after = edited(change);
  if (JSON.stringify(after) === JSON.stringify(stateOf(seen, nowSeconds))) return [];
  const key = phoneClaimRow.key(e164);
  const row = rowOf(after);
  return [
    row ? phoneClaimRow.putWrite(key, row, isUnchanged(seen)) : phoneClaimRow.deleteWrite(key, isUnchanged(seen)),
  ];
};

/**
 * Takes an account that is erased out of a claim; loses where the claim has changed.
 *
 * @returns `null` where the claim doesn't name the account
 */
export const forgetInClaimWrite = (
  { e164, accountId }: PhoneClaim,
  seen: ClaimRow,
  nowSeconds: number,
): Exclude<Write, { kind: 'check' }> | null => {
  if (!seen || !JSON.stringify(seen).includes(accountId)) return null;
  const key = phoneClaimRow.key(e164);
  const row = rowOf(edited({ e164, seen, edits: [forgetting(accountId)], nowSeconds }));
  return row ? phoneClaimRow.putWrite(key, row, isUnchanged(seen)) : phoneClaimRow.deleteWrite(key, isUnchanged(seen));
};

/** Gives up a number of which the account alone has anything; loses otherwise. Nothing has to be read for it. */
export const endClaimWrite = ({ e164, ...given }: GivingUp): Write => {
  const { accountId } = given;
  const isAlone = when.and(
    when.or(when.lacks('accountId'), when.is('accountId', accountId)),
    when.or(when.lacks('accountIds'), when.is('accountIds', [accountId])),
    when.lacks('reserved'),
    when.lacks('formerFactorOf'),
    when.lacks('recoveryAccountId'),
  );
  const own = { ...stateOf(null, 0), accountIds: [accountId], verified: accountId };
  return phoneClaimRow.putWrite(
    phoneClaimRow.key(e164),
    rowOf(leaving(given)(own)) ?? {},
    when.or(when.isNew, isAlone),
  );
};
