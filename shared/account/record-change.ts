import type { Write } from '../aws/dynamo.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Intent } from '../outbox/intent.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import { type ChangeJournal, type JournalledChange, provideChangeJournal, type StateBefore } from './change-journal.ts';
import { provideRecordEventWrite, type RecordEventWrite, type SecurityEventType } from './security-events.ts';

interface RecordChangeDeps {
  journal: Pick<ChangeJournal, 'record'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
}

/** A change of identity or factors. */
interface ChangeToRecord {
  before: StateBefore;
  /** What journal and history call it. */
  event: SecurityEventType;
  /** The mail about it. */
  mail: Extract<Intent, { kind: 'password-changed' | 'security-notice' }>;
  sourceIp: string;
}

/** What a change leaves beside itself. */
export interface RecordedChange {
  journalled: JournalledChange;
  /** Of journal, history and messages; to be written in the change's own transaction. */
  writes: readonly Write[];
}

/**
 * Makes what every change of identity or factors leaves: an entry in the journal and one in the history, and what tells every channel of
 * before, with a link that undoes the change: a mail, and an SMS where there was a number (docs/adr/0053). The number for recovery is
 * told without a link (docs/adr/0054).
 */
export type RecordChange = (change: ChangeToRecord) => RecordedChange;

const makeRecordChange =
  ({ journal, recordEventWrite, recordIntentWrite }: RecordChangeDeps): RecordChange =>
  ({ before, event, mail, sourceIp }) => {
    const { accountId, phone, recoveryPhone } = before.account;
    const journalled = journal.record({ before, event });
    const change = journalled.reference;
    return {
      journalled,
      writes: [
        journalled.write,
        recordEventWrite({ accountId, type: event, sourceIp }),
        recordIntentWrite({ ...mail, change }),
        ...(phone ? [recordIntentWrite({ kind: 'sms-notice', accountId, about: 'change', change })] : []),
        ...(recoveryPhone && recoveryPhone.e164 !== phone?.e164
          ? [recordIntentWrite({ kind: 'sms-notice', accountId, about: 'change', to: 'recovery-phone', change })]
          : []),
      ],
    };
  };

/** Under the operator's retention of the history. */
export const provideRecordChange = (scope: Scope<'events'> & Pick<Ports, 'keyring'>): RecordChange =>
  makeRecordChange({
    journal: scope.use(provideChangeJournal),
    recordEventWrite: scope.use(provideRecordEventWrite),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
