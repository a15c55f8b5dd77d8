import { SESClient, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import { type MailStop, MESSAGE_ERRORS } from '../../../shared/aws/aws-errors.ts';
import { MAIL_REFERENCE_TAG } from '../../../shared/contract/mail-tags.ts';
import type { Scope } from '../../../shared/lambda/scope.ts';
import { canonicalEmailAddress } from '../../../shared/primitives/email-address.ts';
import { RECIPIENT_NOT_CANONICAL } from '../refused-for-good.ts';
import { sdkSend } from '../sdk-send.ts';
import { MailNotSent } from './mail-not-sent.ts';
import { mailboxHeader } from './mailbox-header.ts';
import type { Mail, Mailer } from './mailer.ts';

export interface ConnectSesOptions {
  /** Canonical address that mail is sent from. */
  sender: string;
  /** Display name of the sender. */
  productName: string;
  /**
   * SES's configuration set, which requires TLS and publishes bounces and complaints; `null` for the identity's
   * default.
   */
  configurationSet: string | null;
  /** Milliseconds until SES must begin an answer; 5 s unless set. */
  requestTimeoutMs?: number;
}

const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' });

/**
 * Beginning of SES's message about unverified identities, which follow, separated by commas. The error is the same for
 * a recipient in the sandbox and for our own sender; for the latter no mail can be sent until the operator fixes it.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
 */
const NOT_VERIFIED = /not verified.*:(?<identities>[^:]*)$/i;
/** SES's message for a suspended account. */
const SUSPENDED = /^Sending (?:suspended|paused)/i;

/**
 * Distinguishes a rejection of the account from that of one message.
 * @returns `null` where the error's own name is enough
 */
const rejectionName = (error: unknown, sender: string, to: string): MailStop | null => {
  if (!(error instanceof Error) || MESSAGE_ERRORS[error.name] !== 'rejected') return null;
  if (SUSPENDED.test(error.message)) return 'SendingSuspended';
  const failed =
    NOT_VERIFIED.exec(error.message)
      ?.groups?.identities?.split(',')
      .map((identity) => identity.trim()) ?? [];
  const isSender = failed.some((identity) => identity === sender || identity.endsWith(`<${sender}>`));
  if (isSender) return 'SenderNotVerified';
  return failed.includes(to) ? 'RecipientNotVerified' : null; // outside of the sandbox SES asks for no recipient's
};

interface SendRequestInput {
  source: string;
  configurationSet: string | null;
  mail: Mail;
}

const sendRequest = ({ source, configurationSet, mail: { to, message, intentId, reference } }: SendRequestInput) =>
  ({
    Source: source,
    ...(configurationSet !== null && { ConfigurationSetName: configurationSet }),
    Destination: { ToAddresses: [to] },
    Message: {
      Subject: utf8(message.subject),
      Body: { Text: utf8(message.text), Html: utf8(message.html) },
    },
    Tags: [
      { Name: 'intent', Value: intentId },
      ...(reference === null ? [] : [{ Name: MAIL_REFERENCE_TAG, Value: reference }]),
    ],
  }) satisfies SendEmailCommandInput;

/** Makes the sender of mail through SES. Endpoint, region and credentials are those of the SDK's environment. */
export const connectSes = ({ sender, productName, configurationSet, requestTimeoutMs }: ConnectSesOptions): Mailer => {
  if (canonicalEmailAddress(sender) !== sender) throw new Error('the sender is not a canonical address');
  const source = mailboxHeader({ name: productName, address: sender });
  const sending = sdkSend({ requestTimeoutMs, notSent: (name) => new MailNotSent(name) });
  const client = new SESClient(sending.clientOptions);

  return {
    send: async (mail) => {
      // A text that isn't canonical could contain several recipients, or inject a header.
      if (canonicalEmailAddress(mail.to) !== mail.to) throw new MailNotSent(RECIPIENT_NOT_CANONICAL);
      const request = sendRequest({ source, configurationSet, mail });
      await sending.once(
        (options) => client.send(new SendEmailCommand(request), options),
        (error) => rejectionName(error, sender, mail.to),
      );
    },
  };
};

export const provideMailer = ({ settings, config }: Scope<'productName' | 'sender'>): Mailer =>
  connectSes({ ...settings, ...config });
