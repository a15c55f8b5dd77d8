import type { Accounts } from '../../shared/account/accounts.ts';
import { isEmailDeliverable } from '../../shared/account/email-mark.ts';
import type { EmailProofs } from '../../shared/account/email-proofs.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { DerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';

export interface RequestEmailProofDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  emailProofs: Pick<EmailProofs, 'ask'>;
  derivedSecrets: Pick<DerivedSecrets, 'newSalt'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  log: Log;
}

export interface RequestEmailProofInput {
  principal: Principal;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Asks for one mail to an address that mail did not reach. Its token proves that it does again.
 *
 * @throws problem unauthenticated, conflict where nothing speaks against the address, too-many-requests
 * @see docs/adr/0063
 */
export const makeRequestEmailProof = (deps: RequestEmailProofDeps) => {
  const { accounts, emailProofs, derivedSecrets, recordEventWrite, recordIntentWrite, log } = deps;

  return async ({ principal, sourceIp, keeper }: RequestEmailProofInput): Promise<{ status: 'accepted' }> => {
    const account = await accounts.findForSession(principal);
    if (!account) throw problem('unauthenticated');
    if (isEmailDeliverable(account)) throw problem('conflict');

    const { accountId, email } = account;
    const { sessionId, epoch } = principal;
    const answer = { status: 'accepted' as const };
    const outcome = await emailProofs.ask({
      principal,
      email,
      salt: derivedSecrets.newSalt(),
      writes: [
        recordEventWrite({ accountId, type: 'email-proof-requested', sourceIp }),
        recordIntentWrite({ kind: 'email-proof', accountId }),
        ...keeper.keepWrites({ result: answer, of: { accountId, sessionId, epoch } }),
      ],
    });
    if (outcome === 'lost') throw problem('conflict'); // the session ended, or the mark or the address changed, since the read
    if (outcome !== 'asked') throw problem('too-many-requests', outcome);
    log('info', 'email-proof-requested', { account_id: accountId, session_id: sessionId, outcome: 'success' });
    return answer;
  };
};
