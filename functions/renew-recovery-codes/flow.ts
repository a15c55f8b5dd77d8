import type { FactorSecrets } from '../../shared/crypto/factor-secrets.ts';
import type { Randomness } from '../../shared/domain/clock.ts';
import { isTwoFactorOn, lacksSecondProof, overviewOf } from '../../shared/domain/factors.ts';
import { groupRecoveryCode, makeRecoveryCodes } from '../../shared/domain/recovery-code.ts';
import type { Principal } from '../../shared/domain/session.ts';
import { problem } from '../../shared/http/problems.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntent } from '../../shared/store/outbox.ts';
import type { RecordEvent } from '../../shared/store/security-events.ts';
import type { TwoFactor } from '../../shared/store/two-factor.ts';

export interface RenewRecoveryCodesDeps {
  twoFactor: Pick<TwoFactor, 'read' | 'change'>;
  secrets: Pick<FactorSecrets, 'hashRecoveryCode'>;
  recordEvent: RecordEvent;
  recordIntent: RecordIntent;
  randomness: Randomness;
  log: Log;
}

/**
 * Makes new recovery codes; the old ones stop working in the same moment.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict
 */
export const makeRenewRecoveryCodes =
  ({ twoFactor, secrets, recordEvent, recordIntent, randomness, log }: RenewRecoveryCodesDeps) =>
  async ({
    principal,
    sourceIp,
  }: {
    principal: Principal;
    sourceIp: string;
  }): Promise<{ recovery_codes: string[] }> => {
    const own = await twoFactor.read(principal);
    if (!own) throw problem('unauthenticated');
    const overview = overviewOf(own.factors);
    if (lacksSecondProof(principal, overview)) throw problem('fresh-session-required');
    if (!isTwoFactorOn(overview)) throw problem('conflict'); // there is nothing that they could stand in for

    const { accountId } = principal;
    const codes = makeRecoveryCodes(randomness);
    const changed = await twoFactor.change({
      principal,
      seen: own.factors,
      change: { recoveryCodeHashes: codes.map((code) => secrets.hashRecoveryCode(code, accountId)) },
      alongside: [
        recordEvent({ accountId, type: 'recovery-codes-renewed', sourceIp }),
        recordIntent({ kind: 'security-notice', accountId, event: 'recovery-codes-renewed' }),
      ],
    });
    if (!changed) throw problem('conflict');

    log('info', 'recovery-codes-renewed', { account_id: accountId, outcome: 'success' });
    return { recovery_codes: codes.map(groupRecoveryCode) };
  };
