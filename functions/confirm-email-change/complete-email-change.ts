import { type ChangeJournal, provideChangeJournal } from '../../shared/account/change-journal.ts';
import type { MailedEmailChange } from '../../shared/account/email-changes.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import { provideSwitchEmail, type SwitchEmail } from '../../shared/account/switch-email.ts';
import { tellOfChangeWrites } from '../../shared/account/tell-of-change.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { type FactorStore, makeFactorStore } from '../../shared/two-factor/factors.ts';
import type { ConfirmEmailChangeAnswer } from './contract.ts';

export interface CompleteEmailChangeDeps {
  switchEmail: SwitchEmail;
  factors: FactorStore;
  journal: Pick<ChangeJournal, 'record'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
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
  ({ switchEmail, factors, journal, recordEventWrite, recordIntentWrite, log }: CompleteEmailChangeDeps) =>
  async (
    { account, pending, side }: MailedEmailChange,
    { sourceIp, keeper }: LastConfirmation,
  ): Promise<ConfirmEmailChangeAnswer | null> => {
    const { accountId } = account;
    const event = 'email-changed';
    const journalled = journal.record({ before: { account, factors: await factors.find(accountId) }, event });
    const confirmedBy = [...new Set([...pending.confirmedBy, side])];
    const answer = { status: 'email-changed' as const, confirmed: side, confirmed_by: confirmedBy, open: [] };
    const won = await switchEmail({
      account,
      pending,
      journalled,
      sourceIp,
      writes: [
        journalled.write,
        recordEventWrite({ accountId, type: event, sourceIp }),
        ...tellOfChangeWrites(recordIntentWrite, {
          account,
          mail: { kind: 'security-notice', accountId, event },
          change: journalled.reference,
        }),
        ...keeper.keepWrites({ result: answer }),
      ],
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
    journal: scope.use(provideChangeJournal),
    recordEventWrite: scope.use(provideRecordEventWrite),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
