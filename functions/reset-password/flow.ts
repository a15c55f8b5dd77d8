import type { AcceptPassword } from '../../shared/account/accept-password.ts';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import type { Recoveries } from '../../shared/account/recoveries.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { forgetFailuresWrites } from '../../shared/two-factor/failure-counters.ts';

export interface ResetPasswordDeps {
  recoveries: Pick<Recoveries, 'find' | 'resetPassword'>;
  acceptPassword: AcceptPassword;
  hasher: Pick<PasswordHasher, 'hash'>;
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
 * Sets a new password with a recovery token; ends every session and leaves a second factor on.
 *
 * @throws problem invalid-token, password-rejected
 */
export const makeResetPassword =
  ({ recoveries, acceptPassword, hasher, recordEventWrite, recordIntentWrite, log }: ResetPasswordDeps) =>
  async ({ token, newPassword, sourceIp, keeper }: ResetPasswordInput): Promise<{ status: 'password-changed' }> => {
    const recovery = token === null ? null : await recoveries.find(sha256(token));
    if (!recovery) throw problem('invalid-token'); // before the hash: a replay must cost us nothing

    // A refused password must not cost the person their token: judge it before anything is spent.
    const { accountId, email, phone, claims } = recovery.account;
    const password = await acceptPassword({ password: newPassword, email, phoneNumber: phone?.e164 ?? null, claims });

    const answer = { status: 'password-changed' as const };
    const won = await recoveries.resetPassword({
      recovery,
      phc: await hasher.hash(password),
      writes: [
        recordEventWrite({ accountId, type: 'password-reset', sourceIp }),
        recordIntentWrite({ kind: 'password-changed', accountId }),
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
