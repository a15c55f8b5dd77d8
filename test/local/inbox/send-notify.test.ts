import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { makeMovableClock } from '../../../local/movable-clock.ts';
import { makeFakeClock } from '../../support/fake-clock.ts';
import { messagesOf, putFault } from './inbox-client.ts';

const TARGET = 'PinpointSMSVoiceV2.SendNotifyTextMessage';

const REQUEST = {
  NotifyConfigurationId: 'notify-1',
  DestinationPhoneNumber: '+4915112345678',
  TemplateId: 'notify-code-verification-english-001',
  TemplateVariables: { code: '012345' },
  TimeToLive: 600,
};

/** Sends a request as the SDKs do. */
const post = (url: string, body: unknown, target = TARGET): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('SendNotifyTextMessage', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null, clock: makeMovableClock({ machine: makeFakeClock() }) });
  });
  beforeEach(() => fetch(`${inbox.url}/messages`, { method: 'DELETE' }));
  afterAll(() => inbox.close());

  it('keeps an SMS and answers as End User Messaging does', async () => {
    const response = await post(inbox.url, REQUEST);

    const [message] = await messagesOf(inbox.url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-amz-json-1.0']);
    expect(await response.json()).toEqual({
      MessageId: message?.id,
      TemplateId: REQUEST.TemplateId,
      ResolvedMessageBody: '012345 is your verification code.',
    });
    expect(message).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      channel: 'sms',
      to: '+4915112345678',
      from: 'Notify',
      subject: null,
      text: '012345 is your verification code.',
      html: null,
      sent_at: '2026-11-21T09:00:00.000Z',
    });
  });

  it.each<[string, unknown, string | undefined]>([
    ['no configuration', { ...REQUEST, NotifyConfigurationId: undefined }, 'FIELD_VALIDATION_FAILED'],
    ['a number that is none', { ...REQUEST, DestinationPhoneNumber: '0151' }, 'FIELD_VALIDATION_FAILED'],
    ['no template', { ...REQUEST, TemplateId: undefined }, 'FIELD_VALIDATION_FAILED'],
    ['a life that is too short', { ...REQUEST, TimeToLive: 4 }, 'FIELD_VALIDATION_FAILED'],
    ['a variable that is no text', { ...REQUEST, TemplateVariables: { code: 12345 } }, 'FIELD_VALIDATION_FAILED'],
    ['a member that there is not', { ...REQUEST, Text: 'x' }, 'FIELD_VALIDATION_FAILED'],
    ['no code', { ...REQUEST, TemplateVariables: {} }, 'INVALID_PARAMETER'],
    ['a token in the place of a code', { ...REQUEST, TemplateVariables: { code: 'ABCD-1234' } }, 'INVALID_PARAMETER'],
    ['what is no JSON', 'Action=Publish', 'CANNOT_PARSE'],
  ])('refuses %s with 400', async (_, body, reason) => {
    const response = await post(inbox.url, body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      __type: 'com.amazonaws.pinpointsmsvoicev2#ValidationException',
      Reason: reason,
    });
    expect(await messagesOf(inbox.url)).toEqual([]);
  });

  it('refuses another operation', async () => {
    const response = await post(inbox.url, {}, 'PinpointSMSVoiceV2.SendTextMessage');

    expect([response.status, ((await response.json()) as { __type: string }).__type]).toEqual([
      400,
      'com.amazonaws.pinpointsmsvoicev2#UnknownOperationException',
    ]);
  });

  it('fails as ordered, with the reason, for as many messages', async () => {
    const order = { service: 'sms-voice', next: 1, error: 'ConflictException', reason: 'RESOURCE_NOT_ACTIVE' };
    const ordered = await putFault(inbox.url, order);

    const failed = await post(inbox.url, REQUEST);

    expect([ordered.status, failed.status]).toEqual([200, 400]);
    expect(await failed.json()).toMatchObject({
      __type: 'com.amazonaws.pinpointsmsvoicev2#ConflictException',
      Reason: 'RESOURCE_NOT_ACTIVE',
    });
    expect((await post(inbox.url, REQUEST)).status).toBe(200);
    await putFault(inbox.url, { service: 'sms-voice', next: 1, error: 'InternalServerException' });
    expect((await post(inbox.url, REQUEST)).status).toBe(500);
  });

  it.each([
    { service: 'sns', next: 1, error: 'Throttling', reason: 'RESOURCE_NOT_ACTIVE' },
    { service: 'sms-voice', next: 1, error: 'ConflictException', reason: 'no reason' },
    { service: 'sms-voice', next: 1, feedback: 'bounced' },
  ])('is told by no order that is wrong: %j', async (order) => {
    expect((await putFault(inbox.url, order)).status).toBe(400);
  });
});
