import type { Write } from '../aws/dynamo.ts';
import type { Intent } from '../outbox/intent.ts';
import type { RecordIntentWrite } from '../outbox/outbox.ts';
import type { Account } from './accounts.ts';
import type { ChangeReference } from './change-journal.ts';

/** A change, and the mail about it. */
interface ToldChange {
  /** As it was before. */
  account: Pick<Account, 'accountId' | 'phone'>;
  mail: Extract<Intent, { kind: 'password-changed' | 'security-notice' }>;
  /** Left out where no channel may undo it. */
  change?: ChangeReference | undefined;
}

/** The writes of what tells every channel of before a change, each with a link that undoes it: the mail, and an SMS where there was a number. */
export const tellOfChangeWrites = (
  recordIntentWrite: RecordIntentWrite,
  { account: { accountId, phone }, mail, change }: ToldChange,
): Write[] => [
  recordIntentWrite({ ...mail, change }),
  ...(phone && change ? [recordIntentWrite({ kind: 'sms-notice', accountId, about: 'change', change })] : []),
];
