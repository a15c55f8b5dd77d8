import type { Account } from '../../shared/account/accounts.ts';
import type { Message } from './mail/message.ts';

/** What is to be noted of a message: the service that sends it took it, or did not. */
export interface Handover {
  handedOver(): Promise<void>;
  notHandedOver(): Promise<void>;
}

/** Recipient, preferred languages and content of a mail; `null` where nothing is to be sent, or the name of the rule that refuses. */
export type MailDraft =
  | {
      to: string;
      preferences: readonly (string | null)[];
      message: Message;
      handover?: Handover;
    }
  | null
  | 'refused-mailbox';

/** The language that the account's owner chose; `null` for none. */
export const localeOf = ({ claims: { locale } }: Account): string | null =>
  typeof locale === 'string' ? locale : null;

/** A message to the account's own address, in its owner's language. @param others languages of the request, behind it */
export const toOwner = (account: Account, message: Message, others: readonly (string | null)[] = []) => ({
  to: account.email,
  preferences: [localeOf(account), ...others],
  message,
});
