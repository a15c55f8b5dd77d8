import { SendEmailCommand, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeAnswerQuery } from '../../../local/inbox/answer-query.ts';
import { makeFaults } from '../../../local/inbox/faults.ts';
import { openMessageStore } from '../../../local/inbox/message-store.ts';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { makeMovableClock } from '../../../local/movable-clock.ts';
import { makeFakeClock } from '../../support/fake-clock.ts';
import { outside } from '../../support/outside.ts';
import { mail, messagesOf, postQuery, sesClient, sms } from './inbox-client.ts';

const fullDisk = (): never => {
  throw new Error('ENOSPC');
};

describe('SendEmail', () => {
  const clock = makeMovableClock({ machine: makeFakeClock(Date.UTC(2026, 10, 21, 9, 0, 0, 7)) });
  let inbox: Awaited<ReturnType<typeof startInbox>>;
  let ses: ReturnType<typeof sesClient>;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null, clock });
    ses = sesClient(inbox.url);
  });
  beforeEach(() => fetch(`${inbox.url}/messages`, { method: 'DELETE' }));
  afterAll(async () => {
    ses.destroy();
    await inbox.close();
  });

  it('keeps what the SDK sends, under the id that the SDK is answered', async () => {
    const { MessageId, $metadata } = await ses.send(
      mail({ subject: 'Grüße & <mehr>', text: 'a\r\nb = c+d', html: '<p title="x">é</p>' }),
    );

    expect($metadata.httpStatusCode).toBe(200);
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await messagesOf(inbox.url)).toEqual([
      {
        id: MessageId,
        channel: 'email',
        to: 'ana@example.com',
        from: 'Keyturn <no-reply@keyturn.example>',
        subject: 'Grüße & <mehr>',
        text: 'a\r\nb = c+d',
        html: '<p title="x">é</p>',
        sent_at: '2026-11-21T09:00:00.007Z',
      },
    ]);
  });

  it('keeps one message for each recipient, whichever list they are in', async () => {
    await ses.send(
      new SendEmailCommand({
        Source: 'no-reply@keyturn.example',
        Destination: {
          ToAddresses: Array.from({ length: 11 }, (_, index) => `to${index + 1}@example.com`),
          CcAddresses: ['cc@example.com'],
          BccAddresses: ['bcc@example.com'],
        },
        Message: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } },
      }),
    );

    const messages = await messagesOf(inbox.url);
    expect(messages.map(({ to }) => to).toReversed()).toEqual([
      ...Array.from({ length: 11 }, (_, index) => `to${index + 1}@example.com`),
      'cc@example.com',
      'bcc@example.com',
    ]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(13);
  });

  it('has no HTML for a mail without, and an empty text for a mail without', async () => {
    const common = { Action: 'SendEmail', Source: 'a@b.example', 'Message.Subject.Data': '' };
    const to = 'Destination.ToAddresses.member.1';

    await postQuery(inbox.url, { ...common, [to]: 'text@example.com', 'Message.Body.Text.Data': 't' });
    await postQuery(inbox.url, { ...common, [to]: 'html@example.com', 'Message.Body.Html.Data': 'h' });

    expect(await messagesOf(inbox.url)).toMatchObject([
      { to: 'html@example.com', subject: '', text: '', html: 'h' },
      { to: 'text@example.com', subject: '', text: 't', html: null },
    ]);
  });

  it.each([
    ['Source', 'source'],
    ['Destination.ToAddresses.member.1', 'destination'],
    ['Message.Subject.Data', 'message.subject'],
    ['Message.Body.Text.Data', 'message.body'],
  ])('refuses a mail without %s', async (parameter, member) => {
    const whole: Record<string, string> = {
      Action: 'SendEmail',
      Source: 'a@b.example',
      'Destination.ToAddresses.member.1': 'c@d.example',
      'Message.Subject.Data': 's',
      'Message.Body.Text.Data': 't',
    };
    const { [parameter]: _, ...rest } = whole;

    const response = await postQuery(inbox.url, rest);

    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/xml']);
    const xml = await response.text();
    expect(xml).toContain('<Code>ValidationError</Code>');
    expect(xml).toContain(`Value null at &#39;${member}&#39;`);
    expect(await messagesOf(inbox.url)).toEqual([]);
  });

  it.each([
    ['has no domain', 'ana'],
    ['smuggles a header in', 'ana@example.com\r\nX-Note: eve@example.com'],
    ['smuggles a header in with its name', 'Ana\r\nX-Note: eve@example.com <ana@example.com>'],
    ['has a local part that SES can not deliver to', 'ána@example.com'],
    ['has a domain that is not Punycode', 'ana@exämple.com'],
  ])('refuses, as SES does, an address that %s', async (_, address) => {
    const sending = ses.send(mail({ to: ['ok@example.com', address] }));

    await expect(sending).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
    expect(await messagesOf(inbox.url)).toEqual([]);
  });

  it('refuses an action that it does not know, and a request without one, as AWS does', async () => {
    const raw = ses.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('x') } }));

    await expect(raw).rejects.toMatchObject({ name: 'InvalidAction', $metadata: { httpStatusCode: 400 } });
    const nameless = await postQuery(inbox.url, { Version: '2010-12-01' });
    expect([nameless.status, await nameless.text()]).toEqual([400, expect.stringContaining('MissingAction')]);
  });

  it('fails as an outage does when the disk does not take the message', async () => {
    const console = jest.spyOn(outside.console, 'error').mockImplementation(() => {});
    const store = { ...openMessageStore(null), append: fullDisk };
    const answerQuery = makeAnswerQuery({
      store,
      faults: makeFaults(),
      outcomes: { of: (_, drafts) => [...drafts] },
      clock,
    });

    const answer = answerQuery(new URLSearchParams(sms).toString());

    expect(answer).toMatchObject({ status: 500, body: expect.stringContaining('<Code>InternalFailure</Code>') });
    expect(answer?.body).not.toContain('ENOSPC');
    expect(console).toHaveBeenCalledTimes(1);
    console.mockRestore();
  });

  it('refuses a body beyond what SES takes, and goes on', async () => {
    const tooLong = await fetch(inbox.url, { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });

    expect(tooLong.status).toBe(413);
    await ses.send(mail());
    expect(await messagesOf(inbox.url)).toHaveLength(1);
  });
});
