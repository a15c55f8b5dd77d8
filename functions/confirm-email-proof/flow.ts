import type { EmailProofs } from '../../shared/account/email-proofs.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface ConfirmEmailProofDeps {
  emailProofs: Pick<EmailProofs, 'find' | 'prove'>;
  recordEventWrite: RecordEventWrite;
  log: Log;
}

export interface ConfirmEmailProofInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Proves that mail reaches an account's address again: notices go there from then on.
 *
 * @throws problem invalid-token
 * @see docs/adr/0063
 */
export const makeConfirmEmailProof =
  ({ emailProofs, recordEventWrite, log }: ConfirmEmailProofDeps) =>
  async ({ token, sourceIp, keeper }: ConfirmEmailProofInput): Promise<{ status: 'email-proven' }> => {
    const proof = token === null ? null : await emailProofs.find(sha256(token));
    if (!proof) throw problem('invalid-token');

    const { accountId } = proof.account;
    const answer = { status: 'email-proven' as const };
    const won = await emailProofs.prove({
      ...proof,
      writes: [
        recordEventWrite({ accountId, type: 'email-proven', sourceIp }),
        ...keeper.keepWrites({ result: answer }),
      ],
    });
    if (!won) {
      // Another request used the token, or the account changed, between the read and the write.
      log('warn', 'email-proven', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-token');
    }
    log('info', 'email-proven', { account_id: accountId, outcome: 'success' });
    return answer;
  };
