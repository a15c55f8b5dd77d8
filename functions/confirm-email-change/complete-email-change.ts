import type { MailedEmailChange } from '../../shared/account/email-changes.ts';
import { provideRecordChange, type RecordChange } from '../../shared/account/record-change.ts';
import { provideSwitchEmail, type SwitchEmail } from '../../shared/account/switch-email.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import { type FactorStore, makeFactorStore } from '../../shared/two-factor/factors.ts';
import type { ConfirmEmailChangeAnswer } from './contract.ts';

export interface CompleteEmailChangeDeps {
  switchEmail: SwitchEmail;
  factors: FactorStore;
  recordChange: RecordChange;
  log: Log;
}

/** Who confirmed last, and how the answer is kept. */
export interface LastConfirmation {
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Switches the address with the last confirmation, which no session sends: it ends every session, and leaves what every change of
 * an identity leaves.
 *
 * @returns `null` where the change isn't any more what it was read as
 * @throws problem conflict where another account has the address by now
 */
const makeCompleteEmailChange =
  ({ switchEmail, factors, recordChange, log }: CompleteEmailChangeDeps) =>
  async (
    { account, pending, side }: MailedEmailChange,
    { sourceIp, keeper }: LastConfirmation,
  ): Promise<ConfirmEmailChangeAnswer | null> => {
    const { accountId } = account;
    const event = 'email-changed';
    const before = { account, factors: await factors.find(accountId) };
    const mail = { kind: 'security-notice', accountId, event } as const;
    const recorded = recordChange({ before, event, mail, sourceIp });
    const confirmedBy = [...new Set([...pending.confirmedBy, side])];
    const answer = { status: 'email-changed' as const, confirmed: side, confirmed_by: confirmedBy, open: [] };
    const won = await switchEmail({
      account,
      pending,
      journalled: recorded.journalled,
      sourceIp,
      writes: [...recorded.writes, ...keeper.keepWrites({ result: answer })],
    });
    if (!won) return null;
    log('info', event, { account_id: accountId, outcome: 'success' });
    return answer;
  };

export type CompleteEmailChange = ReturnType<typeof makeCompleteEmailChange>;

export const provideCompleteEmailChange = (scope: Scope<'events'> & Ports): CompleteEmailChange =>
  makeCompleteEmailChange({
    ...scope,
    switchEmail: scope.use(provideSwitchEmail),
    factors: scope.use(makeFactorStore),
    recordChange: scope.use(provideRecordChange),
  });
