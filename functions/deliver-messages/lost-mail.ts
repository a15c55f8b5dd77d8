import type { Account } from '../../shared/account/accounts.ts';
import { isEmailDeliverable } from '../../shared/account/email-mark.ts';
import type { MailPurpose } from '../../shared/account/mail-reference.ts';
import { provenNumberOf } from '../../shared/account/proven-number.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Message } from './mail/message.ts';
import type { MailDraft } from './mail-draft.ts';

/** What an owner, or a person who is to become one, has asked for. All others are notices. */
const ASKED: ReadonlySet<Message['kind']> = new Set([
  'sign-in-link',
  'sign-up',
  'already-registered',
  'email-change',
  'email-proof',
  'change-undone',
]);

export const purposeOf = ({ kind }: Message): MailPurpose => {
  if (kind === 'recovery') return kind;
  return ASKED.has(kind) ? 'asked' : 'notice';
};

/** The account that a notice is kept from, because mail does not reach its address; `null` where the mail goes out. */
export const unreachedBy = ({ to, account, message }: Exclude<MailDraft, null | string>): Account | null =>
  account && account.email === to && !isEmailDeliverable(account) && purposeOf(message) === 'notice' ? account : null;

/**
 * Tells by SMS of a notice that mail can't bring, where the account has a proven number. Of a change that can be undone an SMS went out with
 * the mail, and who proves a number is not told of it there. However often the mail is tried there is one SMS.
 */
const makeTellBySms =
  ({ dynamo, recordIntentWrite }: { dynamo: Pick<Dynamo, 'transact'>; recordIntentWrite: RecordIntentWrite }) =>
  async ({ intentId }: Pick<ClaimedIntent, 'intentId'>, intent: MailIntent, account: Account): Promise<void> => {
    const isNotice = intent.kind === 'new-device' || (intent.kind === 'security-notice' && !intent.change);
    if (!isNotice || !provenNumberOf(account)) return;
    const { accountId } = account;
    await dynamo.transact([recordIntentWrite({ kind: 'sms-notice', accountId, about: 'notice-lost' }, intentId)]);
  };

export type TellBySms = ReturnType<typeof makeTellBySms>;

export const provideTellBySms = (scope: Scope & Ports): TellBySms =>
  makeTellBySms({ ...scope, recordIntentWrite: scope.use(makeRecordIntentWrite) });
