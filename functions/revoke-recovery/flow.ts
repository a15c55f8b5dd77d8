import type { EmailChanges } from '../../shared/account/email-changes.ts';
import type { FactorResets } from '../../shared/account/factor-resets.ts';
import type { Recoveries } from '../../shared/account/recoveries.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { SignInLinks } from '../../shared/account/sign-in-links.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface RevokeRecoveryDeps {
  recoveries: Pick<Recoveries, 'findRevocable' | 'revoke'>;
  signInLinks: Pick<SignInLinks, 'find' | 'revoke'>;
  emailChanges: Pick<EmailChanges, 'find' | 'cancel'>;
  factorResets: Pick<FactorResets, 'find' | 'stop'>;
  recordEventWrite: RecordEventWrite;
  log: Log;
}

export interface RevokeRecoveryInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/** What was voided, as the answer, the log and the history name it. */
type Revoked = 'recovery-revoked' | 'sign-in-link-revoked' | 'email-change-cancelled' | 'factor-reset-stopped';

/**
 * Voids the token and the one beside it, for owners who did not ask for them, or cancels a change of address or a reset of second factors
 * that waits. Password, sessions and factors stay as they are.
 *
 * @throws problem invalid-token
 * @see docs/adr/0030, 0037, 0055, 0068
 */
export const makeRevokeRecovery = ({
  recoveries,
  signInLinks,
  emailChanges,
  factorResets,
  recordEventWrite,
  log,
}: RevokeRecoveryDeps) => {
  const findRevocation = async (tokenHash: string) => {
    const [recovery, link, change, waiting] = await Promise.all([
      recoveries.findRevocable(tokenHash),
      signInLinks.find(tokenHash),
      emailChanges.find(tokenHash),
      factorResets.find(tokenHash),
    ]);
    if (recovery) {
      const revoke = (writes: readonly Write[]) => recoveries.revoke({ recovery, writes });
      return { status: 'recovery-revoked' as const, account: recovery.account, revoke };
    }
    if (change) {
      const revoke = (writes: readonly Write[]) => emailChanges.cancel({ ...change, writes });
      return { status: 'email-change-cancelled' as const, account: change.account, revoke };
    }
    if (waiting) {
      const revoke = (writes: readonly Write[]) => factorResets.stop({ ...waiting, writes });
      return { status: 'factor-reset-stopped' as const, account: waiting.account, revoke };
    }
    if (!link) return null;
    const revoke = (writes: readonly Write[]) => signInLinks.revoke({ link, writes });
    return { status: 'sign-in-link-revoked' as const, account: link.account, revoke };
  };

  return async ({ token, sourceIp, keeper }: RevokeRecoveryInput): Promise<{ status: Revoked }> => {
    const found = token === null ? null : await findRevocation(sha256(token));
    if (!found) throw problem('invalid-token');

    const { status, account, revoke } = found;
    const { accountId } = account;
    const answer = { status };
    const won = await revoke([
      recordEventWrite({ accountId, type: status, sourceIp }),
      ...keeper.keepWrites({ result: answer }),
    ]);
    if (!won) {
      // Another request used or voided the token between the read and the write.
      log('warn', status, { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-token');
    }

    log('info', status, { account_id: accountId, outcome: 'success' });
    return answer;
  };
};
