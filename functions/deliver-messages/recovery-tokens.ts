import { latestRecoveryRow, recoveryRow } from '../../shared/account/recovery-rows.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import type { SpacedTokenKind } from './issue-spaced-token.ts';

/** Recovery tokens: with one its owner sets a password. */
export const recoveryTokens = ({ settings }: Scope<'tokens'>): SpacedTokenKind => ({
  purpose: 'recovery-token',
  event: 'recovery-mail-issued',
  lifeSeconds: settings.tokens.recoverySeconds,
  latestRow: latestRecoveryRow,
  beginWrite: ({ tokenHash, expiresAtEpochSeconds }, { accountId, epoch }) =>
    recoveryRow.putWrite(
      recoveryRow.key(tokenHash),
      { accountId, epoch, channel: 'mail', expiresAtEpochSeconds },
      recoveryRow.when.isNew,
    ),
  dropWrite: (tokenHash) => recoveryRow.deleteWrite(recoveryRow.key(tokenHash)),
  isUsedUp: async () => false, // whoever uses one raises the epoch
});
