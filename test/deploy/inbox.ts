import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Agent, request as requestUpstream } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { StoredMessage } from '../../local/inbox/stored-message.ts';

interface SentMail {
  MessageId: string;
  Source: string;
  To: string[];
  Subject: string;
  BodyText: string;
  BodyHtml: string | null;
  /** Seconds. */
  Timestamp: number;
}

interface SentSms {
  MessageId: string;
  PhoneNumber: string;
  Message: string;
  /** Seconds. */
  Timestamp: number;
}

/** Of what was sent, and of the sends that are to fail. */
const SENT_PATH = '/_ministack/keyturn';

const instant = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString();

const mailsOf = (mail: SentMail): StoredMessage[] =>
  mail.To.map((to) => ({
    id: mail.MessageId,
    channel: 'email',
    to,
    from: mail.Source,
    subject: mail.Subject,
    text: mail.BodyText,
    html: mail.BodyHtml || null,
    sent_at: instant(mail.Timestamp),
  }));

const smsOf = (sms: SentSms): StoredMessage => ({
  id: sms.MessageId,
  channel: 'sms',
  to: sms.PhoneNumber,
  from: 'SNS',
  subject: null,
  text: sms.Message,
  html: null,
  sent_at: instant(sms.Timestamp),
});

const bodyOf = async (stream: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
};

/** A plus stays a plus: addresses and phone numbers contain it, and no spaces. */
const recipientOf = (query: string): string | null => new URLSearchParams(query.replaceAll('+', '%2B')).get('to');

/**
 * Opens an inbox on 127.0.0.1 with the laptop's interface (local/inbox): `GET /messages?to=`, `DELETE /messages`, `GET`
 * and `PUT /faults`. Its messages are those that the emulator's SES and SNS received.
 *
 * @param endpoint of the emulator
 */
export const openInbox = async (endpoint: string): Promise<{ url: string; close(): Promise<void> }> => {
  const agent = new Agent({ keepAlive: true });

  const ask = async (method: string, path: string, body = ''): Promise<{ status: number; text: string }> => {
    const upstream = requestUpstream(`${endpoint}${path}`, { agent, method });
    upstream.end(body);
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 502, text: await bodyOf(answer) };
  };

  const newestFirst = async (recipient: string | null): Promise<StoredMessage[]> => {
    const { text } = await ask('POST', SENT_PATH, JSON.stringify({ to: recipient }));
    const { mails, texts } = JSON.parse(text) as { mails: SentMail[]; texts: SentSms[] };
    const messages = [...mails.flatMap(mailsOf), ...texts.map(smsOf)];
    return messages
      .filter(({ to }) => recipient === null || to === recipient)
      .toSorted((a, b) => b.sent_at.localeCompare(a.sent_at));
  };

  const answer = async (request: IncomingMessage): Promise<{ status: number; text: string }> => {
    const [path, query = ''] = (request.url ?? '').split('?');
    switch (`${request.method} ${path}`) {
      case 'GET /messages':
        return { status: 200, text: JSON.stringify(await newestFirst(recipientOf(query))) };
      case 'DELETE /messages':
        return ask('DELETE', SENT_PATH);
      case 'GET /faults':
        return ask('GET', SENT_PATH);
      case 'PUT /faults':
        return ask('PUT', SENT_PATH, await bodyOf(request));
      default:
        return { status: 404, text: '' };
    }
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, text }) => response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
};
