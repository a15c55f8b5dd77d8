import type { Deletions } from '../../shared/account/deletions.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface CancelDeletionDeps {
  deletions: Pick<Deletions, 'find' | 'cancel'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  log: Log;
}

export interface CancelDeletionInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Keeps an account that is to be deleted. The token is enough, also where a second factor is on: the account is what it was, nobody is
 * signed in, and what can't be taken back doesn't happen (docs/adr/0064). Every channel is told.
 *
 * @throws problem invalid-token
 */
export const makeCancelDeletion =
  ({ deletions, recordEventWrite, recordIntentWrite, log }: CancelDeletionDeps) =>
  async ({ token, sourceIp, keeper }: CancelDeletionInput): Promise<{ status: 'account-kept' }> => {
    const found = token === null ? null : await deletions.find(sha256(token));
    if (!found) throw problem('invalid-token');

    const { accountId, phone } = found.account;
    const answer = { status: 'account-kept' as const };
    const kept = await deletions.cancel(found, [
      recordEventWrite({ accountId, type: 'deletion-cancelled', sourceIp }),
      recordIntentWrite({ kind: 'security-notice', accountId, event: 'deletion-cancelled' }),
      ...(phone ? [recordIntentWrite({ kind: 'sms-notice', accountId, about: 'kept' })] : []),
      ...keeper.keepWrites({ result: answer }),
    ]);
    if (!kept) throw problem('invalid-token'); // by another of these requests, or the erasure has begun

    log('info', 'deletion-cancelled', { account_id: accountId, outcome: 'success' });
    return answer;
  };
