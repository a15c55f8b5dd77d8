import type { Account } from '../../shared/account/accounts.ts';
import { isFrozen } from '../../shared/account/change-journal.ts';
import { latestRecoveryRow, latestRecoverySmsRow, recoveryRow } from '../../shared/account/recovery-rows.ts';
import { isSuspended } from '../../shared/account/suspensions.ts';
import type { RowOf } from '../../shared/aws/row.ts';
import { FREEZE_SECONDS, RECOVERY_SMS_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import type { SpacedTokenKind } from './spaced-token-kind.ts';
import { FIRST_SMS_SPACING_SECONDS, FIRST_SPACING_SECONDS } from './token-spacing.ts';

/** What the kinds differ in. */
interface RecoveryTokens
  extends Pick<
    SpacedTokenKind,
    'event' | 'lifeSeconds' | 'firstSpacingSeconds' | 'latestRow' | 'destinationOf' | 'isWithheldFrom'
  > {
  /** How the token goes out, and of which choice of a number it is. */
  rowOf(account: Account): Pick<RowOf<typeof recoveryRow>, 'channel' | 'choiceId' | 'isOfUndo'>;
}

const recoveryTokensOf = ({ rowOf, ...own }: RecoveryTokens): SpacedTokenKind => ({
  ...own,
  purpose: 'recovery-token',
  beginWrite: ({ tokenHash, expiresAtEpochSeconds }, account) =>
    recoveryRow.putWrite(
      recoveryRow.key(tokenHash),
      { accountId: account.accountId, epoch: account.epoch, ...rowOf(account), expiresAtEpochSeconds },
      recoveryRow.when.isNew,
    ),
  dropWrite: (tokenHash) => recoveryRow.deleteWrite(recoveryRow.key(tokenHash)),
  isUsedUp: async () => false, // the flow that uses one raises the epoch
});

const BY_MAIL = {
  event: 'recovery-mail-issued',
  firstSpacingSeconds: FIRST_SPACING_SECONDS,
  latestRow: latestRecoveryRow,
  destinationOf: ({ email }: Account) => email,
} as const;

/**
 * Recovery tokens: with one its owner sets a password. For a day after an undo an account gets none but that of the undo, and none while it
 * is suspended.
 */
export const recoveryTokens = ({ settings, clock }: Scope<'tokens'>): SpacedTokenKind =>
  recoveryTokensOf({
    ...BY_MAIL,
    rowOf: () => ({ channel: 'mail' }),
    lifeSeconds: settings.tokens.recoverySeconds,
    isWithheldFrom: (account) => isFrozen(account, clock.nowSeconds()) || isSuspended(account),
  });

/**
 * Those that an undo gives: each lives as long as the account is frozen, so that its owner is never without a way in. A suspended account
 * gets one too, for nobody else tells its owner of the undo; with the password that it sets nobody gets in before the suspension is lifted.
 */
export const undoRecoveryTokens = (): SpacedTokenKind =>
  recoveryTokensOf({
    ...BY_MAIL,
    rowOf: () => ({ channel: 'mail', isOfUndo: true }),
    lifeSeconds: FREEZE_SECONDS,
    isWithheldFrom: () => false,
  });

/**
 * Those that go out by SMS, to the number that an owner has chosen for it: none to another one, none for a day after an undo, none for a
 * day after the owner has called one off, and none while the account is suspended (docs/adr/0054).
 */
export const recoverySmsTokens = ({ clock }: Scope): SpacedTokenKind =>
  recoveryTokensOf({
    event: 'recovery-sms-issued',
    firstSpacingSeconds: FIRST_SMS_SPACING_SECONDS,
    latestRow: latestRecoverySmsRow,
    destinationOf: ({ recoveryPhone }) => recoveryPhone?.e164 ?? '',
    rowOf: ({ recoveryPhone }) => ({ channel: 'sms', ...(recoveryPhone && { choiceId: recoveryPhone.choiceId }) }),
    lifeSeconds: RECOVERY_SMS_SECONDS,
    isWithheldFrom: (account, to) => {
      const { e164, pausedUntilEpochSeconds = 0 } = account.recoveryPhone ?? {};
      const nowSeconds = clock.nowSeconds();
      const isPaused = pausedUntilEpochSeconds > nowSeconds || isFrozen(account, nowSeconds) || isSuspended(account);
      return e164 === undefined || e164 !== to || isPaused;
    },
  });
