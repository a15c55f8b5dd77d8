import { SESClient, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import type { Scope } from '../../../shared/lambda/scope.ts';
import { canonicalEmailAddress } from '../../../shared/primitives/email-address.ts';
import { sdkSend } from '../sdk-send.ts';
import { MailNotSent } from './mail-not-sent.ts';
import { mailboxHeader } from './mailbox-header.ts';
import type { Mail, Mailer } from './mailer.ts';

export interface ConnectSesOptions {
  /** The canonical address that mail comes from. */
  sender: string;
  /** The name beside it. */
  productName: string;
  /** SES's set of rules: TLS or nothing, and who is told of bounces and complaints; `null` for the identity's own. */
  configurationSet: string | null;
  /** How long SES may take to begin an answer, in milliseconds; 5 s unless set. */
  requestTimeoutMs?: number;
}

const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' });

/**
 * Part of what SES says when an identity is not verified; the identities follow, parted by commas. It is the same error whoever
 * that is, in the sandbox one recipient, anywhere our own sender: then no mail goes out until somebody sees to it.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
 */
const NOT_VERIFIED = /not verified.*:(?<identities>[^:]*)$/i;
/** SES says it of an account that it has shut. */
const SUSPENDED = /^Sending (?:suspended|paused)/i;

/** Tells a rejection of the account from that of one message. @returns `null` where the error's name is enough */
const rejectionName = (error: unknown, sender: string): string | null => {
  if (!(error instanceof Error) || error.name !== 'MessageRejected') return null;
  if (SUSPENDED.test(error.message)) return 'SendingSuspended';
  const failed =
    NOT_VERIFIED.exec(error.message)
      ?.groups?.identities?.split(',')
      .map((identity) => identity.trim()) ?? [];
  const isSender = failed.some((identity) => identity === sender || identity.endsWith(`<${sender}>`));
  return isSender ? 'SenderNotVerified' : null;
};

interface SendRequestInput {
  source: string;
  configurationSet: string | null;
  mail: Mail;
}

const sendRequest = ({ source, configurationSet, mail: { to, message, intentId } }: SendRequestInput) =>
  ({
    Source: source,
    ...(configurationSet !== null && { ConfigurationSetName: configurationSet }),
    Destination: { ToAddresses: [to] },
    Message: {
      Subject: utf8(message.subject),
      Body: { Text: utf8(message.text), Html: utf8(message.html) },
    },
    Tags: [{ Name: 'intent', Value: intentId }],
  }) satisfies SendEmailCommandInput;

/** Opens the way out through SES. Endpoint, region and credentials are those of the SDK's environment. */
export const connectSes = ({ sender, productName, configurationSet, requestTimeoutMs }: ConnectSesOptions): Mailer => {
  if (canonicalEmailAddress(sender) !== sender) throw new Error('the sender is not a canonical address');
  const source = mailboxHeader({ name: productName, address: sender });
  const sending = sdkSend({
    requestTimeoutMs,
    nameOf: (error) => rejectionName(error, sender),
    notSent: (name) => new MailNotSent(name),
  });
  const client = new SESClient(sending.clientOptions);

  return {
    send: async (mail) => {
      // Whatever isn't canonical could be several recipients, or a header of its own.
      if (canonicalEmailAddress(mail.to) !== mail.to) throw new MailNotSent('RecipientNotCanonical');
      const request = sendRequest({ source, configurationSet, mail });
      await sending.once((options) => client.send(new SendEmailCommand(request), options));
    },
  };
};

export const provideMailer = ({ settings, config }: Scope<'productName' | 'sender'>): Mailer =>
  connectSes({ ...settings, ...config });
