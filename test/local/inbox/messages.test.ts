import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { mail, messagesOf, postQuery, sesClient, sms } from './inbox-client.ts';

const tagOf = async (url: string) => (await fetch(`${url}/messages`, { method: 'HEAD' })).headers.get('etag');

/** Five hundred recipients of one mail. */
const recipients = (first: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [
      `Destination.ToAddresses.member.${index + 1}`,
      `n${first + index}@example.com`,
    ]),
  );

describe('the messages of the inbox', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;
  let ses: ReturnType<typeof sesClient>;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null });
    ses = sesClient(inbox.url);
  });
  beforeEach(() => fetch(`${inbox.url}/messages`, { method: 'DELETE' }));
  afterAll(async () => {
    ses.destroy();
    await inbox.close();
  });

  it('come newest first', async () => {
    await ses.send(mail({ subject: 'first' }));
    await ses.send(mail({ subject: 'second' }));

    expect((await messagesOf(inbox.url)).map(({ subject }) => subject)).toEqual(['second', 'first']);
  });

  it('are found by recipient, with or without a name before the address', async () => {
    await ses.send(mail({ to: ['Ana <ana@example.com>'] }));
    await ses.send(mail({ to: ['ana@example.com'] }));
    await ses.send(mail({ to: ['mariana@example.com'] }));

    expect((await messagesOf(inbox.url, 'ana@example.com')).map(({ to }) => to)).toEqual([
      'ana@example.com',
      'Ana <ana@example.com>',
    ]);
    expect(await messagesOf(inbox.url, 'nobody@example.com')).toEqual([]);
    expect(await messagesOf(inbox.url, '')).toEqual([]);
  });

  it.each(['+4915112345678', '%2B4915112345678'])('are found by the phone number %s', async (to) => {
    await postQuery(inbox.url, sms);

    const found = await (await fetch(`${inbox.url}/messages?to=${to}`)).json();

    expect(found).toMatchObject([{ to: '+4915112345678' }]);
  });

  it('are gone after DELETE', async () => {
    await ses.send(mail());

    const response = await fetch(`${inbox.url}/messages`, { method: 'DELETE' });

    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await messagesOf(inbox.url)).toEqual([]);
  });

  it('tell by their entity tag alone whether anything changed', async () => {
    const [before, still] = [await tagOf(inbox.url), await tagOf(inbox.url)];
    await ses.send(mail());

    expect(still).toBe(before);
    expect(await tagOf(inbox.url)).not.toBe(before);
  });

  it('are kept up to the newest thousand', async () => {
    const rest = { Source: 'a@b.example', 'Message.Subject.Data': 's', 'Message.Body.Text.Data': 't' };

    for (const first of [0, 500, 1000])
      await postQuery(inbox.url, { Action: 'SendEmail', ...rest, ...recipients(first) });

    const messages = await messagesOf(inbox.url);
    expect([messages.length, messages[0]?.to, messages.at(-1)?.to]).toEqual([
      1000,
      'n1499@example.com',
      'n500@example.com',
    ]);
  });
});
