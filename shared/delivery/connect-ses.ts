import { SESClient, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import { canonicalEmailAddress } from '../domain/email-address.ts';
import { MailNotSent } from './mail-not-sent.ts';
import { mailboxHeader } from './mailbox-header.ts';
import type { Mail, Mailer } from './mailer.ts';
import { sdkSend } from './sdk-send.ts';

export interface ConnectSesOptions {
  /** The canonical address that mail comes from. */
  sender: string;
  /** The name beside it. */
  productName: string;
  /** How long SES may take to begin an answer, in milliseconds; 5 s unless set. */
  requestTimeoutMs?: number;
}

const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' });

const sendRequest = ({ source, mail: { to, message, intentId } }: { source: string; mail: Mail }) =>
  ({
    Source: source,
    Destination: { ToAddresses: [to] },
    Message: {
      Subject: utf8(message.subject),
      Body: { Text: utf8(message.text), Html: utf8(message.html) },
    },
    Tags: [{ Name: 'intent', Value: intentId }],
  }) satisfies SendEmailCommandInput;

/** Opens the way out through SES. Endpoint, region and credentials are those of the SDK's environment. */
export const connectSes = ({ sender, productName, requestTimeoutMs }: ConnectSesOptions): Mailer => {
  if (canonicalEmailAddress(sender) !== sender) throw new Error('the sender is not a canonical address');
  const source = mailboxHeader({ name: productName, address: sender });
  const sending = sdkSend({ requestTimeoutMs, notSent: (name) => new MailNotSent(name) });
  const client = new SESClient(sending.clientOptions);

  return {
    send: async (mail) => {
      // Whatever isn't canonical could be several recipients, or a header of its own.
      if (canonicalEmailAddress(mail.to) !== mail.to) throw new MailNotSent('RecipientNotCanonical');
      await sending.once((options) => client.send(new SendEmailCommand(sendRequest({ source, mail })), options));
    },
  };
};
