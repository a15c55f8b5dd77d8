import { unusablePhc } from '../../shared/account/phc-string.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Randomness } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { COUNTED_FACTORS, forgetFailuresWrites } from '../../shared/two-factor/failure-counters.ts';
import type { PlanNumbers } from './plan-numbers.ts';
import type { ProveBefore } from './prove-before.ts';
import { restoredBy, type UndoChangeAnswer } from './restored.ts';
import type { PlannedNumbers, UndoableChange, UndoableChanges } from './undoable-changes.ts';

export interface UndoChangeDeps {
  changes: Pick<UndoableChanges, 'find' | 'hold' | 'undo'>;
  proveBefore: ProveBefore;
  planNumbers: PlanNumbers;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  randomness: Randomness;
  log: Log;
  settings: { passwords: { argon2: Parameters<typeof unusablePhc>[0] } };
}

export interface UndoChangeInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  /** As typed; `null` where none was. */
  code: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * The account can be changed between the read and the write, by the intruder too: the undo is made of what it is then.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const UNDO_ATTEMPTS = 3;

/**
 * Takes a change back with all that came after it. Address, numbers and factors are what they were before; a password that was set since
 * works no more, so that who set it is out, and the address of before gets a mail to set another. The epoch ends every session, token and
 * pending change; for a day nothing can be changed again (docs/adr/0053).
 *
 * @throws problem invalid-token, invalid-request, invalid-code
 */
export const makeUndoChange = (deps: UndoChangeDeps) => {
  const { changes, proveBefore, planNumbers, recordEventWrite, recordIntentWrite, randomness, log, settings } = deps;

  const tellNumbersWrites = ({ account, image }: UndoableChange, { phone, recoveryPhone }: PlannedNumbers): Write[] => {
    const tell = { kind: 'sms-notice', accountId: account.accountId, about: 'undo' } as const;
    const recovers = recoveryPhone === undefined ? account.recoveryPhone : recoveryPhone;
    return [
      ...(image.phone ? [recordIntentWrite(tell)] : []),
      ...(recovers && recovers.e164 !== phone?.e164 ? [recordIntentWrite({ ...tell, to: 'recovery-phone' })] : []),
    ];
  };

  /** @returns `changed` where the account was, and `lost` where a claim was or the token was used, since the change was read */
  const attemptUndo = async (
    change: UndoableChange,
    { code, sourceIp, keeper }: UndoChangeInput,
  ): Promise<UndoChangeAnswer | 'changed' | 'lost'> => {
    const factors = await proveBefore({ change, code, sourceIp });
    const { accountId } = change.account;
    const numbers = await planNumbers(change, factors);
    const restored = restoredBy(change, factors, numbers);
    const answer = { status: 'change-undone' as const, restored };
    const outcome = await changes.undo({
      change,
      factors,
      numbers,
      phc: restored.includes('password') ? unusablePhc(settings.passwords.argon2, randomness) : null,
      writes: [
        recordEventWrite({ accountId, type: 'change-undone', sourceIp }),
        recordIntentWrite({ kind: 'change-undone', accountId }),
        ...tellNumbersWrites(change, numbers),
        ...forgetFailuresWrites(accountId, COUNTED_FACTORS), // locks that an intruder began would keep the owner out
        ...keeper.keepWrites({ result: answer }),
      ],
    });
    return outcome === 'undone' ? answer : outcome;
  };

  return async (input: UndoChangeInput): Promise<UndoChangeAnswer> => {
    const tokenHash = input.token === null ? null : sha256(input.token);
    let accountId: string | null = null;
    for (let attempt = 0; attempt < UNDO_ATTEMPTS; attempt += 1) {
      const change = tokenHash === null ? null : await changes.find(tokenHash);
      if (!change) break;
      accountId = change.account.accountId;
      const answer = await attemptUndo(change, input);
      // A session that keeps changing things would win every time: its end comes first, once the caller has proven themselves.
      if (answer === 'changed') await changes.hold(change);
      if (answer === 'changed' || answer === 'lost') continue;
      log('info', 'change-undone', { account_id: accountId, outcome: 'success' });
      return answer;
    }
    if (accountId !== null) log('warn', 'change-undone', { account_id: accountId, outcome: 'failure' }); // lost to others
    throw problem('invalid-token');
  };
};
