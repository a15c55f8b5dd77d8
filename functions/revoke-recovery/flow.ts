import type { Recoveries } from '../../shared/account/recoveries.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface RevokeRecoveryDeps {
  recoveries: Pick<Recoveries, 'find' | 'revoke'>;
  recordEventWrite: RecordEventWrite;
  log: Log;
}

export interface RevokeRecoveryInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Voids the token and the one beside it, for owners who did not ask for them. Password, sessions and factors stay as they are.
 *
 * @throws problem invalid-token
 * @see docs/adr/0030
 */
export const makeRevokeRecovery =
  ({ recoveries, recordEventWrite, log }: RevokeRecoveryDeps) =>
  async ({ token, sourceIp, keeper }: RevokeRecoveryInput): Promise<{ status: 'recovery-revoked' }> => {
    const recovery = token === null ? null : await recoveries.find(sha256(token));
    if (!recovery) throw problem('invalid-token');

    const { accountId } = recovery.account;
    const answer = { status: 'recovery-revoked' as const };
    const won = await recoveries.revoke({
      recovery,
      writes: [
        recordEventWrite({ accountId, type: 'recovery-revoked', sourceIp }),
        ...keeper.keepWrites({ result: answer }),
      ],
    });
    if (!won) {
      // Another request used or voided the token between the read and the write.
      log('warn', 'recovery-revoked', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-token');
    }

    log('info', 'recovery-revoked', { account_id: accountId, outcome: 'success' });
    return answer;
  };
