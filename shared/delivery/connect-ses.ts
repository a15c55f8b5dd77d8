import { SESClient, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import { canonicalEmailAddress } from '../domain/email-address.ts';
import { MailNotSent } from './mail-not-sent.ts';
import { mailboxHeader } from './mailbox-header.ts';
import type { Mail, Mailer } from './mailer.ts';

/** Both together stay well inside the time for which an intent is held: a slower answer would meet a second attempt. */
const REQUEST_TIMEOUT_MS = 5000;
const CONNECTION_TIMEOUT_MS = 2000;

/** The outbox tries again and knows that it does; a retry in here could send the same mail twice unseen. */
const SDK_ATTEMPTS = 1;

/** What the name of an error may look like. Part of it comes from the answer, so it is not taken on trust. */
const ERROR_NAME = /^[A-Za-z][A-Za-z0-9.]{0,63}$/;

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

const nameOf = (error: unknown): string =>
  error instanceof Error && ERROR_NAME.test(error.name) ? error.name : 'UnknownError';

/** Opens the way out through SES. Endpoint, region and credentials are those of the SDK's environment. */
export const connectSes = ({
  sender,
  productName,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
}: ConnectSesOptions): Mailer => {
  if (canonicalEmailAddress(sender) !== sender) throw new Error('the sender is not a canonical address');
  const source = mailboxHeader({ name: productName, address: sender });
  const client = new SESClient({
    maxAttempts: SDK_ATTEMPTS,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    },
  });

  return {
    send: async (mail) => {
      // Whatever isn't canonical could be several recipients, or a header of its own.
      if (canonicalEmailAddress(mail.to) !== mail.to) throw new MailNotSent('RecipientNotCanonical');
      // The SDK's own timeout ends with the first byte of an answer; an answer that never ends must not hold us either.
      const abortSignal = AbortSignal.timeout(requestTimeoutMs + CONNECTION_TIMEOUT_MS);
      try {
        await client.send(new SendEmailCommand(sendRequest({ source, mail })), { abortSignal });
      } catch (error) {
        throw new MailNotSent(nameOf(error));
      }
    },
  };
};
