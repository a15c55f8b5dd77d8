import { accountRow, parseAccount } from '../../shared/account/accounts.ts';
import { type DueDeletion, erasedAccountRow, putDueWrite, removeDueWrite } from '../../shared/account/deletions.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { SETTLE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { type FreeClaims, provideFreeClaims } from './free-claims.ts';
import { makeRemoveRows, type RemoveRows } from './remove-rows.ts';

interface EraseAccountDeps {
  dynamo: Pick<Dynamo, 'get' | 'write' | 'transact'>;
  freeClaims: FreeClaims;
  removeRows: RemoveRows;
  clock: Clock;
  log: Log;
}

/**
 * Does the next step for an account on the list: erases it, or looks at its id once more.
 *
 * Every part can be done again, and what says how far it has come is written last: a process that ends anywhere leaves an account that is
 * gone for all flows and still on the list. The first write decides: from then on no link cancels.
 *
 * @throws StoreUnavailable
 */
export type EraseAccount = (due: DueDeletion) => Promise<void>;

const makeEraseAccount = ({ dynamo, freeClaims, removeRows, clock, log }: EraseAccountDeps): EraseAccount => {
  const { and, is, has, atMost } = accountRow.when;

  /** @returns `false` where the deletion was cancelled: by its link, a new password or an undo */
  const begin = async ({ accountId, deletionId }: DueDeletion): Promise<boolean> => {
    const nowSeconds = clock.nowSeconds();
    const isDue = and(
      is(['deletion', 'deletionId'], deletionId),
      atMost(['deletion', 'erasesAtEpochSeconds'], nowSeconds),
    );
    // The epoch: a flow that has read the account before loses what it is about to write.
    const changes = { setAt: [[['deletion', 'begunAtEpochSeconds'], nowSeconds]], increase: { epoch: 1 } } as const;
    return (await dynamo.write(accountRow.updateWrite(accountRow.key(accountId), changes, isDue))).won;
  };

  const erase = async (due: DueDeletion): Promise<void> => {
    const { accountId, deletionId } = due;
    const item = (await begin(due)) ? await dynamo.get('accounts', accountRow.key(accountId)) : null;
    const account = item && parseAccount(item);
    if (!account?.deletion) {
      await dynamo.write(removeDueWrite(due));
      return;
    }

    await freeClaims(account); // before the journal, which names those that are reserved
    await removeRows(accountId);

    const nowSeconds = clock.nowSeconds();
    const { sessionId, operator, requestedAtEpochSeconds } = account.deletion;
    const record = {
      accountId,
      deletionId,
      ...(sessionId !== undefined && { sessionId }),
      ...(operator !== undefined && { operator }),
      requestedAtEpochSeconds,
      erasedAtEpochSeconds: nowSeconds,
    };
    const isBegun = and(is(['deletion', 'deletionId'], deletionId), has(['deletion', 'begunAtEpochSeconds']));
    const { won } = await dynamo.transact([
      accountRow.deleteWrite(accountRow.key(accountId), isBegun),
      erasedAccountRow.putWrite(erasedAccountRow.key(accountId), record),
      removeDueWrite(due),
      putDueWrite({ ...due, step: 'settle', dueAtEpochSeconds: nowSeconds + SETTLE_SECONDS }),
    ]);
    if (won) log('info', 'account-erased', { account_id: accountId, outcome: 'success' }); // else another run was first
  };

  /** What was on its way when the account was erased may have left a row. */
  const settle = async (due: DueDeletion): Promise<void> => {
    const { accountId } = due;
    await removeRows(accountId);
    await dynamo.transact([
      erasedAccountRow.updateWrite(
        erasedAccountRow.key(accountId),
        { set: { settledAtEpochSeconds: clock.nowSeconds() } },
        erasedAccountRow.when.exists,
      ),
      removeDueWrite(due),
    ]);
  };

  return (due) => (due.step === 'erase' ? erase(due) : settle(due));
};

export const provideEraseAccount = (scope: Scope & Ports): EraseAccount =>
  makeEraseAccount({ ...scope, freeClaims: scope.use(provideFreeClaims), removeRows: scope.use(makeRemoveRows) });
