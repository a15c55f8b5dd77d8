import type { AcceptPassword } from '../../shared/account/accept-password.ts';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import type { RecordChange } from '../../shared/account/record-change.ts';
import type { Recoveries } from '../../shared/account/recoveries.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import type { FactorStore } from '../../shared/two-factor/factors.ts';
import { forgetFailuresWrites } from '../../shared/two-factor/failure-counters.ts';

export interface ResetPasswordDeps {
  recoveries: Pick<Recoveries, 'find' | 'resetPassword'>;
  acceptPassword: AcceptPassword;
  hasher: Pick<PasswordHasher, 'hash'>;
  factors: FactorStore;
  recordChange: RecordChange;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  log: Log;
}

export interface ResetPasswordInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  newPassword: string;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Sets a new password with a recovery token, by mail or by SMS; ends every session and leaves a second factor on. It leaves an entry in the journal, but for
 * a token that an undo gave: its owner has just been told from one who is none, and no channel may take that back (docs/adr/0053).
 *
 * @throws problem invalid-token, password-rejected
 */
export const makeResetPassword =
  ({
    recoveries,
    acceptPassword,
    hasher,
    factors,
    recordChange,
    recordEventWrite,
    recordIntentWrite,
    log,
  }: ResetPasswordDeps) =>
  async ({ token, newPassword, sourceIp, keeper }: ResetPasswordInput): Promise<{ status: 'password-changed' }> => {
    const recovery = token === null ? null : await recoveries.find(sha256(token));
    if (!recovery) throw problem('invalid-token'); // before the hash: a replay must cost us nothing

    // A refused password must not cost the person their token: judge it before anything is spent.
    const { account, isOfUndo, choiceId } = recovery;
    const { accountId, email, phone, claims } = account;
    const password = await acceptPassword({ password: newPassword, email, phoneNumber: phone?.e164 ?? null, claims });

    const [phc, present] = await Promise.all([hasher.hash(password), isOfUndo ? null : factors.find(accountId)]);
    const before = present && { account, factors: present };
    const mail = { kind: 'password-changed', accountId } as const;
    const event = choiceId === null ? 'password-reset' : 'password-reset-by-phone';
    const recorded = before && recordChange({ before, event, mail, sourceIp });
    const recordedAlone = () => [
      recordEventWrite({ accountId, type: 'password-reset', sourceIp }),
      recordIntentWrite(mail),
    ];
    const answer = { status: 'password-changed' as const };
    const won = await recoveries.resetPassword({
      recovery,
      phc,
      journalled: recorded?.journalled ?? null,
      writes: [
        ...(recorded?.writes ?? recordedAlone()),
        ...forgetFailuresWrites(accountId, ['password']), // a lock that guesses at the old one began would keep the owner out
        ...keeper.keepWrites({ result: answer }),
      ],
    });
    if (!won) {
      // Another request used the token between the read and the write.
      log('warn', 'password-reset', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-token');
    }

    log('info', 'password-reset', { account_id: accountId, outcome: 'success' });
    return answer;
  };
