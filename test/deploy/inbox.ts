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

  const newestFirst = async (): Promise<StoredMessage[]> => {
    const [ses, sns] = await Promise.all([
      ask('GET', '/_ministack/ses/messages'),
      ask('GET', '/_ministack/sns/sms-messages'),
    ]);
    const mails = Object.values((JSON.parse(ses.text) as { messages: Record<string, SentMail[]> }).messages).flat();
    const texts = Object.values((JSON.parse(sns.text) as { sms_messages: Record<string, SentSms[]> }).sms_messages);
    const messages = [...mails.flatMap(mailsOf), ...texts.flat().map(smsOf)];
    return messages.toSorted((a, b) => b.sent_at.localeCompare(a.sent_at));
  };

  const answer = async (request: IncomingMessage): Promise<{ status: number; text: string }> => {
    const [path, query = ''] = (request.url ?? '').split('?');
    switch (`${request.method} ${path}`) {
      case 'GET /messages': {
        const recipient = recipientOf(query);
        const messages = await newestFirst();
        const found = recipient === null ? messages : messages.filter(({ to }) => to === recipient);
        return { status: 200, text: JSON.stringify(found) };
      }
      case 'DELETE /messages':
        return ask('DELETE', '/_ministack/keyturn');
      case 'GET /faults':
        return ask('GET', '/_ministack/keyturn');
      case 'PUT /faults':
        return ask('PUT', '/_ministack/keyturn', await bodyOf(request));
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
