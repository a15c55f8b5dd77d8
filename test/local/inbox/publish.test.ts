import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { makeMovableClock } from '../../../local/movable-clock.ts';
import { makeFakeClock } from '../../support/fake-clock.ts';
import { messagesOf, postQuery, sms } from './inbox-client.ts';

describe('Publish', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null, clock: makeMovableClock({ machine: makeFakeClock() }) });
  });
  beforeEach(() => fetch(`${inbox.url}/messages`, { method: 'DELETE' }));
  afterAll(() => inbox.close());

  it('keeps an SMS and answers as SNS does', async () => {
    const response = await postQuery(inbox.url, sms);

    const xml = await response.text();
    const [message] = await messagesOf(inbox.url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/xml']);
    expect(xml.replace(/>\s+</g, '><').trim()).toBe(
      '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">' +
        `<PublishResult><MessageId>${message?.id}</MessageId></PublishResult>` +
        `<ResponseMetadata><RequestId>${response.headers.get('x-amzn-requestid')}</RequestId></ResponseMetadata>` +
        '</PublishResponse>',
    );
    expect(message).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      channel: 'sms',
      to: '+4915112345678',
      from: 'NOTICE',
      subject: null,
      text: '012345',
      html: null,
      sent_at: '2026-11-21T09:00:00.000Z',
    });
  });

  it('shows the sender that a message attribute names', async () => {
    await postQuery(inbox.url, {
      ...sms,
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
      'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
      'MessageAttributes.entry.2.Value.DataType': 'String',
      'MessageAttributes.entry.2.Value.StringValue': 'Keyturn',
    });

    expect(await messagesOf(inbox.url)).toMatchObject([{ from: 'Keyturn' }]);
  });

  it.each([
    ['no phone number', { Action: 'Publish', Message: 'x' }, 'ValidationError'],
    ['no message', { Action: 'Publish', PhoneNumber: '+4915112345678' }, 'ValidationError'],
    ['an empty message', { ...sms, Message: '' }, 'InvalidParameter'],
    ['a number that is not E.164', { ...sms, PhoneNumber: '015112345678' }, 'InvalidParameter'],
    ['a topic', { Action: 'Publish', Message: 'x', TopicArn: 'arn:aws:sns:eu-west-1:1:t' }, 'ValidationError'],
    ['an unknown action', { Action: 'Subscribe', Version: '2010-03-31' }, 'InvalidAction'],
  ])('refuses %s with 400', async (_, parameters: Record<string, string>, code) => {
    const response = await postQuery(inbox.url, { Version: '2010-03-31', ...parameters });

    const xml = await response.text();
    expect(response.status).toBe(400);
    expect(xml).toContain('<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">');
    expect(xml).toContain(`<Type>Sender</Type>\n    <Code>${code}</Code>`);
    expect(await messagesOf(inbox.url)).toEqual([]);
  });
});
