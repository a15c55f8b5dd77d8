import type { Account } from '../../shared/account/accounts.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import type { DescribedDevice } from '../../shared/primitives/described-device.ts';
import type { Message } from './mail/message.ts';

/** Of an intent that says nothing of its device. */
export const UNKNOWN_DEVICE: DescribedDevice = { program: null, system: null };

/** What is to be noted of a message: the service that sends it took it, or did not. */
export interface Handover {
  handedOver(): Promise<void>;
  notHandedOver(): Promise<void>;
}

/** Recipient, preferred languages and content of a mail; `null` where nothing is to be sent, or the name of the rule that refuses. */
export type MailDraft =
  | {
      to: string;
      /** That it is about; left out where there is none yet. */
      account?: Account;
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
  account,
  preferences: [localeOf(account), ...others],
  message,
});

/** For an address that an account has given up and could have back: a token would be no good before that has ended. */
export const emailReserved = (
  { email, preferences }: { email: string; preferences: readonly (string | null)[] },
  { reservedUntilEpochSeconds }: { reservedUntilEpochSeconds: number },
): MailDraft => ({
  to: email,
  preferences,
  message: { kind: 'email-reserved', until: toRfc3339(reservedUntilEpochSeconds) },
});
