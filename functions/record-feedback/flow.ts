import type { Accounts } from '../../shared/account/accounts.ts';
import { markEmailWrite } from '../../shared/account/email-delivery.ts';
import type { EmailMarkReason } from '../../shared/account/email-mark.ts';
import type { MailReferences, ReferredMail } from '../../shared/account/mail-reference.ts';
import { provenNumberOf } from '../../shared/account/proven-number.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { isCanaryEmail } from '../../shared/contract/canary.ts';
import type { MailFate } from '../../shared/contract/mail-fates.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { lostMailRow } from './lost-mail-row.ts';
import { readMailEvent } from './read-mail-event.ts';

export interface RecordFeedbackDeps {
  dynamo: Pick<Dynamo, 'transact'>;
  accounts: Pick<Accounts, 'find'>;
  mailReferences: Pick<MailReferences, 'read'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  clock: Clock;
  log: Log;
}

type Mail = ReferredMail & { email: string };

/** What marks an address. */
const MARKS: Readonly<Partial<Record<MailFate, EmailMarkReason>>> = {
  bounced: 'bounced',
  complained: 'complained',
  suppressed: 'suppressed',
};

/** What says that a mail was not read and never will be. */
const LOST: ReadonlySet<MailFate> = new Set(['bounced', 'bounced-for-now', 'suppressed', 'rejected']);

/** A person who waits for a recovery mail is told of its loss within this time, in seconds, and once within it: strangers can ask for such mails. */
const TELL_SECONDS = 24 * 60 * 60;

/**
 * Takes one message of what SES tells of mail. An address is marked where the mail's reference says that it was this service's mail to
 * this account at this address, and it is the account's still and was not proven since. What is repeated, or comes late or in another
 * order, changes nothing.
 *
 * @see docs/adr/0062
 */
export const makeRecordFeedback = (deps: RecordFeedbackDeps) => {
  const { dynamo, accounts, mailReferences, recordEventWrite, recordIntentWrite, clock, log } = deps;

  const mark = async ({ accountId, email, sentAtEpochSeconds }: Mail, reason: EmailMarkReason): Promise<void> => {
    const { won } = await dynamo.transact([
      markEmailWrite({ accountId, email, sentAtEpochSeconds, reason }, clock.nowSeconds()),
      recordEventWrite({ accountId, type: 'email-undeliverable', sourceIp: null }),
    ]);
    if (won) log('warn', 'email-undeliverable', { account_id: accountId, outcome: 'success' });
  };

  /** By SMS, where the account has a number that is proven. */
  const tellOfLoss = async ({ accountId, email, sentAtEpochSeconds }: Mail): Promise<void> => {
    const nowSeconds = clock.nowSeconds();
    if (sentAtEpochSeconds + TELL_SECONDS <= nowSeconds) return; // who asked has given up, and a replay must not tell again
    const account = await accounts.find(accountId);
    if (account?.email !== email || !provenNumberOf(account)) return;
    const { when } = lostMailRow;
    await dynamo.transact([
      lostMailRow.putWrite(
        lostMailRow.key(accountId),
        { expiresAtEpochSeconds: nowSeconds + TELL_SECONDS },
        when.or(when.isNew, when.hasExpired(nowSeconds)),
      ),
      recordIntentWrite({ kind: 'sms-notice', accountId, about: 'recovery-lost' }),
    ]);
  };

  /** Mails to the canary (docs/adr/0079) are no people's: its recovery mails have a metric of their own, and the others are left. */
  const tellOfCanary = async (fate: MailFate, reference: string | null, emails: readonly string[]): Promise<void> => {
    const mail = reference === null ? null : await mailReferences.read(reference, emails);
    if (mail?.purpose !== 'recovery' || fate === 'delayed') return; // the end of a delay is told of as well
    const isDelivered = fate === 'delivered';
    log(isDelivered ? 'info' : 'error', 'canary-mail', { fate, outcome: isDelivered ? 'success' : 'failure' });
  };

  return async ({ text }: { text: string }): Promise<void> => {
    const event = readMailEvent(text);
    if (!event) {
      log('warn', 'mail-feedback-failed', { error_name: 'UnknownMessage' });
      return;
    }
    const { fate, emails, reference } = event;
    if (emails.some(isCanaryEmail)) return tellOfCanary(fate, reference, emails);
    const reason = MARKS[fate];
    const isOfInterest = reason !== undefined || LOST.has(fate); // most mail is delivered, and then nothing is verified
    const mail = isOfInterest && reference !== null ? await mailReferences.read(reference, emails) : null;
    log(isOfInterest ? 'warn' : 'info', 'mail-feedback', { fate, ...(mail && { account_id: mail.accountId }) });
    if (!mail) return;
    if (reason !== undefined) await mark(mail, reason);
    if (mail.purpose === 'recovery' && LOST.has(fate)) await tellOfLoss(mail);
  };
};
