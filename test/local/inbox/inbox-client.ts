import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type MessageTag, SESClient, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import type { StoredMessage } from '../../../local/inbox/stored-message.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A client like the service's. @param maxAttempts one by default, so that faults show */
export const sesClient = (url: string, { maxAttempts = 1 } = {}): SESClient =>
  new SESClient({ region: 'eu-west-1', endpoint: url, credentials: CREDENTIALS, maxAttempts });

/** A mail with every part. @param changes what differs */
export const mail = (
  changes: { to?: string[]; subject?: string; text?: string; html?: string; tags?: MessageTag[]; set?: string } = {},
) =>
  new SendEmailCommand({
    Source: 'Keyturn <no-reply@keyturn.example>',
    ConfigurationSetName: changes.set,
    Tags: changes.tags,
    Destination: { ToAddresses: changes.to ?? ['ana@example.com'] },
    Message: {
      Subject: { Data: changes.subject ?? 'Your new password', Charset: 'UTF-8' },
      Body: { Text: { Data: changes.text ?? 'plain' }, Html: { Data: changes.html ?? '<p>rich</p>' } },
    },
  } satisfies SendEmailCommandInput);

/** Parameters of an SMS as the SDK's Publish sends them. */
export const sms = { Action: 'Publish', Version: '2010-03-31', PhoneNumber: '+4915112345678', Message: '012345' };

/** Sends parameters as the SDKs do. */
export const postQuery = (url: string, parameters: Record<string, string>): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(parameters) });

/** @param to a recipient; all messages without one */
export const messagesOf = async (url: string, to?: string): Promise<StoredMessage[]> => {
  const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`;
  return (await (await fetch(`${url}/messages${query}`)).json()) as StoredMessage[];
};

/** Orders a fault. */
export const putFault = (url: string, order: unknown): Promise<Response> =>
  fetch(`${url}/faults`, { method: 'PUT', body: typeof order === 'string' ? order : JSON.stringify(order) });

/** A request with headers that fetch forbids. */
export const rawRequest = async (
  url: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> => {
  const sent = request(url, { method, headers: { ...headers, connection: 'close' } });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
};
