import type { Deletions } from '../../shared/account/deletions.ts';
import type { PendingDeletion } from '../../shared/account/pending-deletion.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { DerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { type Clock, type Randomness, toRfc3339 } from '../../shared/primitives/clock.ts';
import type { FindOwner } from '../../shared/two-factor/find-owner.ts';

export interface DeleteAccountDeps {
  findOwner: FindOwner;
  deletions: Pick<Deletions, 'begin'>;
  derivedSecrets: Pick<DerivedSecrets, 'newSalt'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  /** How long the owner can cancel. */
  graceSeconds: number;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface DeleteAccountInput {
  principal: Principal;
  sourceIp: string;
  keeper: AnswerKeeper;
}

interface DeleteAccountAnswer {
  status: 'deletion-pending';
  erases_at: string;
}

/**
 * Has an account deleted once a grace is over: a session that was stolen must not be enough to destroy what its owner has. Every session
 * ends with the epoch, every channel is told with a link that cancels, and the account is put on the list that the erasure reads.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict for a day after an undo
 */
export const makeDeleteAccount = (deps: DeleteAccountDeps) => {
  const { findOwner, deletions, derivedSecrets, recordEventWrite, recordIntentWrite, clock, randomness, log } = deps;

  return async ({ principal, sourceIp, keeper }: DeleteAccountInput): Promise<DeleteAccountAnswer> => {
    const { account } = await findOwner(principal);
    const { accountId, sessionId } = principal;
    const nowSeconds = clock.nowSeconds();
    const deletion: PendingDeletion = {
      deletionId: randomness.uuid(),
      sessionId,
      salt: derivedSecrets.newSalt(),
      requestedAtEpochSeconds: nowSeconds,
      erasesAtEpochSeconds: nowSeconds + deps.graceSeconds,
    };
    const about = { accountId, deletionId: deletion.deletionId };
    const answer = {
      status: 'deletion-pending' as const,
      erases_at: toRfc3339(deletion.erasesAtEpochSeconds),
    };
    const begun = await deletions.begin({
      principal,
      deletion,
      writes: [
        recordEventWrite({ accountId, type: 'deletion-requested', sourceIp }),
        recordIntentWrite({ kind: 'deletion-requested', ...about }),
        ...(account.phone ? [recordIntentWrite({ kind: 'deletion-sms', ...about })] : []),
        // Of no account: the session that a repeat comes with has ended.
        ...keeper.keepWrites({ result: answer }),
      ],
    });
    if (!begun) throw problem('unauthenticated'); // the session has ended meanwhile, by another of these requests for instance

    log('info', 'deletion-requested', { account_id: accountId, session_id: sessionId, outcome: 'success' });
    return answer;
  };
};
