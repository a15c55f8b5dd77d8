import { isFrozen } from '../../shared/account/change-journal.ts';
import { latestRecoveryRow, recoveryRow } from '../../shared/account/recovery-rows.ts';
import { isSuspended } from '../../shared/account/suspensions.ts';
import { FREEZE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import type { SpacedTokenKind } from './issue-spaced-token.ts';

/** What the two kinds differ in. */
interface RecoveryTokens extends Pick<SpacedTokenKind, 'lifeSeconds' | 'isWithheldFrom'> {
  isOfUndo: boolean;
}

const recoveryTokensOf = ({ isOfUndo, ...own }: RecoveryTokens): SpacedTokenKind => ({
  ...own,
  purpose: 'recovery-token',
  event: 'recovery-mail-issued',
  latestRow: latestRecoveryRow,
  beginWrite: ({ tokenHash, expiresAtEpochSeconds }, { accountId, epoch }) =>
    recoveryRow.putWrite(
      recoveryRow.key(tokenHash),
      { accountId, epoch, channel: 'mail', ...(isOfUndo && { isOfUndo }), expiresAtEpochSeconds },
      recoveryRow.when.isNew,
    ),
  dropWrite: (tokenHash) => recoveryRow.deleteWrite(recoveryRow.key(tokenHash)),
  isUsedUp: async () => false, // whoever uses one raises the epoch
});

/**
 * Recovery tokens: with one its owner sets a password. For a day after an undo an account gets none but that of the undo, and none while it
 * is suspended.
 */
export const recoveryTokens = ({ settings, clock }: Scope<'tokens'>): SpacedTokenKind =>
  recoveryTokensOf({
    isOfUndo: false,
    lifeSeconds: settings.tokens.recoverySeconds,
    isWithheldFrom: (account) => isFrozen(account, clock.nowSeconds()) || isSuspended(account),
  });

/**
 * Those that an undo gives: each lives as long as the account is frozen, so that its owner is never without a way in. A suspended account
 * gets one too, for nobody else tells its owner of the undo; with the password that it sets nobody gets in before the suspension is lifted.
 */
export const undoRecoveryTokens = (): SpacedTokenKind =>
  recoveryTokensOf({ isOfUndo: true, lifeSeconds: FREEZE_SECONDS, isWithheldFrom: () => false });
