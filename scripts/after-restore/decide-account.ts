import type { Account } from '../../shared/account/accounts.ts';
import type { erasedAccountRow } from '../../shared/account/deletions.ts';
import type { PendingDeletion } from '../../shared/account/pending-deletion.ts';
import type { RowOf } from '../../shared/aws/row.ts';

/** What is known of an account beside its restored row. */
export interface Known {
  /** Its row after the moment of the backup; `null` where it isn't known. */
  account: Account | null;
  /** The record of its erasure; `null` where there is none. */
  erased: RowOf<typeof erasedAccountRow> | null;
  /** Whether the restored Credentials has a password of it: its backup may be older than that of Accounts. */
  hasPassword: boolean;
  /** The present. */
  nowSeconds: number;
}

/** What is to become of a restored account. */
export interface Decision {
  epoch: number;
  /**
   * Of its deletion. `erase`: it was erased since, or its erasure had begun, and the next run of erase-accounts does it again. `restart`: it waits for a
   * whole grace once more, and its owner gets a new link. `cancel`: it was cancelled since. `none`: as it is.
   */
  deletion: { act: 'erase' | 'restart'; of: PendingDeletion } | { act: 'cancel' | 'none' };
  /** Whether nobody is let in until an operator has looked. */
  suspension: 'set' | 'lift' | 'none';
  /** Whether a hash that is of no password takes the place of the backup's, or of none: without a row no reset could set one. */
  voidsPassword: boolean;
  /** Whether the owner gets a mail to set another. */
  mailsRecovery: boolean;
  /** Whether the number that recovers the account goes: its owner has chosen another since, or none. It may have been a thief's. */
  dropsRecoveryPhone: boolean;
  /** Until when a change that was undone since freezes the account, in epoch seconds; `null` for no such. */
  frozenUntilEpochSeconds: number | null;
  /** Whether an operator has to look at it. */
  isDoubtful: boolean;
}

/**
 * How far an epoch is raised above every one that is known: no session, challenge or token of the time after the backup, which may be of epochs that
 * nobody knows, can be good again. Each change of an account raises it by one, and its limits allow a few a day.
 */
const EPOCH_LEAP = 1000;

const deletionOf = (account: Account, known: Known): Decision['deletion'] => {
  const { deletion } = account;
  if (deletion?.begunAtEpochSeconds !== undefined) return { act: 'none' }; // its rows are half gone: the next run goes on
  const { erased } = known;
  if (erased) {
    const { deletionId, sessionId, operator, requestedAtEpochSeconds, erasedAtEpochSeconds } = erased;
    const by = { sessionId, operator }; // of them one is absent; the next record names them again
    const of = { deletionId, ...by, salt: '', requestedAtEpochSeconds, erasesAtEpochSeconds: erasedAtEpochSeconds };
    return { act: 'erase', of };
  }
  const present = known.account ? known.account.deletion : deletion;
  if (present?.begunAtEpochSeconds !== undefined) {
    const { begunAtEpochSeconds: _, ...of } = present;
    return { act: 'erase', of };
  }
  if (present) return { act: 'restart', of: present };
  return { act: deletion ? 'cancel' : 'none' };
};

/**
 * Decides what becomes of an account that a backup has brought back.
 *
 * What ended its sessions since then (a reset, a change of password, factor, number or address, an undo, a suspension) raised its epoch. Why isn't
 * asked: the password of the backup may be the one that a thief has, so it is void. An account whose address is another since may be back in the hands
 * that it was taken out of, and the link that undid that is gone: nobody gets in.
 */
export const decideAccount = (account: Account, known: Known): Decision => {
  const newer = known.account;
  const deletion = deletionOf(account, known);
  const epoch = Math.max(account.epoch, newer?.epoch ?? 0) + EPOCH_LEAP;
  const isGoing = deletion.act === 'erase' || deletion.act === 'restart';
  const isDoubtful = newer !== null && newer.email !== account.email && deletion.act !== 'erase';
  const shallBeSuspended = newer ? newer.suspendedAtEpochSeconds !== undefined || isDoubtful : null;
  const isSuspended = account.suspendedAtEpochSeconds !== undefined;
  const hasMoved = newer !== null && newer.epoch > account.epoch;
  const frozenUntilEpochSeconds = newer?.frozenUntilEpochSeconds ?? 0;
  const isFrozen = frozenUntilEpochSeconds > known.nowSeconds;
  const choiceId = account.recoveryPhone?.choiceId;
  const voidsPassword = (hasMoved || !known.hasPassword) && deletion.act !== 'erase';
  return {
    epoch,
    deletion,
    suspension:
      shallBeSuspended === null || shallBeSuspended === isSuspended ? 'none' : shallBeSuspended ? 'set' : 'lift',
    voidsPassword,
    // In the freeze of an undo the mailbox may be in the hands that the change came from.
    mailsRecovery: voidsPassword && !isGoing && !isFrozen && !(shallBeSuspended ?? isSuspended),
    dropsRecoveryPhone: newer !== null && choiceId !== undefined && newer.recoveryPhone?.choiceId !== choiceId,
    frozenUntilEpochSeconds: isFrozen ? frozenUntilEpochSeconds : null,
    isDoubtful,
  };
};
