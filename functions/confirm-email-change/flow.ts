import type { EmailChanges, MailedEmailChange } from '../../shared/account/email-changes.ts';
import { confirmationStep, openSides } from '../../shared/account/pending-email.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import type { CompleteEmailChange } from './complete-email-change.ts';
import type { ConfirmEmailChangeAnswer } from './contract.ts';

export interface ConfirmEmailChangeDeps {
  emailChanges: Pick<EmailChanges, 'find' | 'confirm'>;
  completeEmailChange: CompleteEmailChange;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  log: Log;
}

export interface ConfirmEmailChangeInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * The two addresses can confirm at one moment: the one that loses looks again, and then switches.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const CONFIRM_ATTEMPTS = 3;

/**
 * Confirms one side of a change of address. The last one switches the address, ends every session, and tells both addresses.
 *
 * @throws problem invalid-token, conflict where another account has the new address by now
 * @see docs/adr/0055
 */
export const makeConfirmEmailChange = (deps: ConfirmEmailChangeDeps) => {
  const { emailChanges, completeEmailChange, recordEventWrite, clock, log } = deps;

  /** @returns `null` where the change isn't any more what it was read as */
  const confirm = async (
    change: MailedEmailChange,
    { sourceIp, keeper }: ConfirmEmailChangeInput,
  ): Promise<ConfirmEmailChangeAnswer | null> => {
    const { account, pending, side } = change;
    const { accountId } = account;
    const confirmedBy = [...pending.confirmedBy, side];
    const { expiresAtEpochSeconds, waitsUntilEpochSeconds } = pending;
    const answer: ConfirmEmailChangeAnswer = {
      status: 'confirmed',
      confirmed: side,
      confirmed_by: confirmedBy,
      open: openSides({ confirmedBy }),
      expires_at: toRfc3339(expiresAtEpochSeconds),
      ...(waitsUntilEpochSeconds !== undefined && { waits_until: toRfc3339(waitsUntilEpochSeconds) }),
    };
    const won = await emailChanges.confirm({
      ...change,
      writes: [
        recordEventWrite({ accountId, type: 'email-change-confirmed', sourceIp }),
        ...keeper.keepWrites({ result: answer }),
      ],
    });
    if (!won) return null;
    log('info', 'email-change-confirmed', { account_id: accountId, outcome: 'success' });
    return answer;
  };

  return async (input: ConfirmEmailChangeInput): Promise<ConfirmEmailChangeAnswer> => {
    const { token } = input;
    if (token === null) throw problem('invalid-token');
    for (let attempt = 0; attempt < CONFIRM_ATTEMPTS; attempt += 1) {
      const found = await emailChanges.find(sha256(token));
      if (!found || found.channel === 'phone') break;
      const { channel: side, ...change } = found;
      const step = confirmationStep(change.pending, side, clock.nowSeconds());
      if (step === 'refuse') break;
      const answer = await (step === 'switch' ? completeEmailChange : confirm)({ ...change, side }, input);
      if (answer) return answer;
      // Another request confirmed, cancelled or replaced the change between the read and the write.
      log('warn', 'email-change-confirmed', { account_id: change.account.accountId, outcome: 'failure' });
    }
    throw problem('invalid-token');
  };
};
