import type { Write } from '../aws/dynamo.ts';
import { type Account, accountRow } from './accounts.ts';

/** Whether an operator keeps all callers out of an account, its owner too. */
export const isSuspended = ({ suspendedAtEpochSeconds }: Pick<Account, 'suspendedAtEpochSeconds'>): boolean =>
  suspendedAtEpochSeconds !== undefined;

const { when } = accountRow;

/**
 * Suspends an account and raises its epoch, so that no session and no token of before is good for anything. Loses where it is suspended
 * already, or gone. A sign-in that has read the account before loses by the epoch.
 */
export const suspendWrite = (accountId: string, nowSeconds: number): Write =>
  accountRow.updateWrite(
    accountRow.key(accountId),
    { set: { suspendedAtEpochSeconds: nowSeconds }, increase: { epoch: 1 } },
    when.and(when.exists, when.lacks('suspendedAtEpochSeconds')),
  );

/** Lifts a suspension; loses where there is none. What it has ended stays ended. */
export const liftWrite = (accountId: string): Write =>
  accountRow.updateWrite(
    accountRow.key(accountId),
    { remove: ['suspendedAtEpochSeconds'] },
    when.has('suspendedAtEpochSeconds'),
  );

/** Raises the epoch, which ends every session, challenge, mailed token and pending change; loses where the account is gone. */
export const raiseEpochWrite = (accountId: string): Write =>
  accountRow.updateWrite(accountRow.key(accountId), { increase: { epoch: 1 } }, when.exists);
