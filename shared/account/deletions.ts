import * as z from 'zod/mini';
import type { Condition } from '../aws/conditions.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';
import { toRfc3339 } from '../primitives/clock.ts';
import { type Account, accountRow, parseAccount, sessionIsCurrent } from './accounts.ts';
import { cancellableDeletionOf, type PendingDeletion } from './pending-deletion.ts';
import type { Principal } from './principal.ts';

/** The ways that a link goes which cancels a deletion; the token of each is another. */
export type DeletionChannel = 'mail' | 'sms';

/** A token that cancels a deletion, by its hash. Whether it is still good, the account's row says. */
export const deletionTokenRow = defineRow({
  table: 'tokens',
  word: 'DELETION',
  sortKey: () => 'TOKEN',
  shape: { accountId: z.string(), deletionId: z.string(), expiresAtEpochSeconds: z.int() },
});

/**
 * An account whose rows are to go, in the order of time: the one list that the erasure reads, however many accounts there are. An entry
 * goes once it is dealt with.
 */
const dueDeletionRow = defineRow({
  table: 'accounts',
  word: 'DELETION',
  sortKey: (dueAt: string, accountId: string) => `${dueAt}#${accountId}`,
  shape: {
    accountId: z.string(),
    deletionId: z.string(),
    dueAtEpochSeconds: z.int(),
    /** `settle`: what was on its way when the account was erased goes as well. */
    step: z.enum(['erase', 'settle']),
  },
});

export type DueDeletion = RowOf<typeof dueDeletionRow>;

/** The partition of that list. */
const DUE = 'DUE';

/** What stays of an erased account: that it was, and by which session or operator. No address, number or name of its owner. */
export const erasedAccountRow = defineRow({
  table: 'accounts',
  word: 'ERASED',
  sortKey: () => 'ERASED',
  shape: {
    accountId: z.string(),
    deletionId: z.string(),
    /** The session that asked for it; absent where an operator did. */
    sessionId: z.optional(z.string()),
    /** The ARN of the operator that asked for it; absent where the owner did. */
    operator: z.optional(z.string()),
    requestedAtEpochSeconds: z.int(),
    erasedAtEpochSeconds: z.int(),
    /** When its id was looked at once more; absent before. */
    settledAtEpochSeconds: z.optional(z.int()),
  },
});

/** The key of an entry of the list. */
const keyOfDue = ({ dueAtEpochSeconds, accountId }: Pick<DueDeletion, 'dueAtEpochSeconds' | 'accountId'>) =>
  dueDeletionRow.key(DUE, toRfc3339(dueAtEpochSeconds), accountId);

/** Adds an account to the list; a repeat writes what stands there. */
export const putDueWrite = (due: DueDeletion): Write => dueDeletionRow.putWrite(keyOfDue(due), due);

/** Takes an account from the list. */
export const removeDueWrite = (due: DueDeletion): Extract<Write, { kind: 'delete' }> =>
  dueDeletionRow.deleteWrite(keyOfDue(due));

/** The entry of an account's own deletion. */
export const dueOf = (
  accountId: string,
  { deletionId, erasesAtEpochSeconds }: Pick<PendingDeletion, 'deletionId' | 'erasesAtEpochSeconds'>,
): DueDeletion => ({ accountId, deletionId, dueAtEpochSeconds: erasesAtEpochSeconds, step: 'erase' });

/** Reads a part of the list: the accounts that are due first, behind one. @param after `null` from the beginning; 1…100 entries */
export const findDue = async (
  dynamo: Pick<Dynamo, 'queryOldest'>,
  { after, limit }: { after: DueDeletion | null; limit: number },
): Promise<DueDeletion[]> => {
  const pk = dueDeletionRow.key(DUE, '', '').pk;
  const items = await dynamo.queryOldest({ table: 'accounts', pk, after: after && keyOfDue(after).sk, limit });
  return items.map((item) => dueDeletionRow.parse(item));
};

/** Loses where the account has no such deletion any more, or its erasure has begun. */
export const requireDeletionWrite = (accountId: string, { deletionId }: Pick<PendingDeletion, 'deletionId'>): Write => {
  const { and, is, lacks } = accountRow.when;
  const isWaiting = and(is(['deletion', 'deletionId'], deletionId), lacks(['deletion', 'begunAtEpochSeconds']));
  return accountRow.checkWrite(accountRow.key(accountId), isWaiting);
};

/**
 * Begins a deletion: the epoch rises, so that every session and token of before is dead, and the rows are due later.
 *
 * @param of.epoch the account's, as it was read
 * @param when has to hold for the account too; loses also where a deletion waits already
 */
export const beginDeletionWrites = (
  { accountId, epoch, deletion }: { accountId: string; epoch: number; deletion: PendingDeletion },
  when: Condition,
): Write[] => [
  accountRow.updateWrite(
    accountRow.key(accountId),
    { set: { epoch: epoch + 1, deletion } },
    accountRow.when.and(when, accountRow.when.lacks('deletion')),
  ),
  putDueWrite(dueOf(accountId, deletion)),
];

/** Cancels a deletion; loses where it was cancelled, where its grace is over, and once the erasure has begun. */
export const cancelDeletionWrites = (accountId: string, deletion: PendingDeletion, nowSeconds: number): Write[] => {
  const { when } = accountRow;
  return [
    accountRow.updateWrite(
      accountRow.key(accountId),
      { remove: ['deletion'] },
      when.and(
        when.is(['deletion', 'deletionId'], deletion.deletionId),
        when.lacks(['deletion', 'begunAtEpochSeconds']),
        when.above(['deletion', 'erasesAtEpochSeconds'], nowSeconds),
      ),
    ),
    removeDueWrite(dueOf(accountId, deletion)),
  ];
};

/** Gives a deletion the salt that it lacks; loses where it has one, was cancelled, or its erasure has begun. */
export const saltDeletionWrite = (accountId: string, { deletionId }: PendingDeletion, salt: string) => {
  const { and, is, lacks } = accountRow.when;
  return accountRow.updateWrite(
    accountRow.key(accountId),
    { setAt: [[['deletion', 'salt'], salt]] },
    and(
      is(['deletion', 'deletionId'], deletionId),
      lacks(['deletion', 'salt']),
      lacks(['deletion', 'begunAtEpochSeconds']),
    ),
  );
};

/** A token's deletion, and the account that it keeps. */
interface CancellableDeletion {
  account: Account;
  deletion: PendingDeletion;
}

/** Deletions of accounts. */
export interface Deletions {
  /**
   * Begins one: every session of the account ends, and its rows are due later.
   * @param begin.writes what belongs to it
   * @returns `false` when the session has ended, or another request has begun one
   * @throws StoreUnavailable
   */
  begin(begin: { principal: Principal; deletion: PendingDeletion; writes: readonly Write[] }): Promise<boolean>;
  /**
   * Reads as much for a token that is none.
   * @returns `null` for one that is unknown or expired, and where the deletion was cancelled or has begun
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<CancellableDeletion | null>;
  /** Cancels one. @returns `true` for one of any number of attempts; `false` to the rest, and once the erasure has begun @throws StoreUnavailable */
  cancel(cancelled: CancellableDeletion, writes: readonly Write[]): Promise<boolean>;
}

/** Opens them. */
export const makeDeletions = ({
  dynamo,
  clock,
  randomness,
}: {
  dynamo: Dynamo;
  clock: Clock;
  randomness: { uuid(): string };
}): Deletions => ({
  begin: async ({ principal, deletion, writes }) => {
    const { accountId, epoch } = principal;
    const begun = beginDeletionWrites({ accountId, epoch, deletion }, sessionIsCurrent(principal));
    return (await dynamo.transact([...begun, ...writes])).won;
  },

  find: async (tokenHash) => {
    const nowSeconds = clock.nowSeconds();
    const item = await dynamo.get('tokens', deletionTokenRow.key(tokenHash));
    const row = item && deletionTokenRow.parse(item);
    const token = row && !isExpired(row, nowSeconds) ? row : null;
    const found = await dynamo.get('accounts', accountRow.key(token?.accountId ?? randomness.uuid()));
    const account = found && parseAccount(found);
    const deletion = account && cancellableDeletionOf(account, nowSeconds);
    return token && account && deletion?.deletionId === token.deletionId ? { account, deletion } : null;
  },

  cancel: async ({ account: { accountId }, deletion }, writes) => {
    const cancelled = cancelDeletionWrites(accountId, deletion, clock.nowSeconds());
    return (await dynamo.transact([...cancelled, ...writes])).won;
  },
});
