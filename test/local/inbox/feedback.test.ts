import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SNSEvent } from 'aws-lambda';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { loadEvent } from '../../support/load-event.ts';
import { mail, messagesOf, putFault, sesClient } from './inbox-client.ts';

/** Names of members at every depth, of an object of SES's. */
const namesIn = (value: unknown, prefix = ''): string[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, member]) => [`${prefix}${name}`, ...namesIn(member, `${prefix}${name}.`)])
    : [];

describe('what the inbox tells of mail', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;
  let ses: ReturnType<typeof sesClient>;
  let heard: SNSEvent[];

  beforeEach(async () => {
    heard = [];
    inbox = await startInbox({ port: 0, dataDirectory: null, hear: (event) => void heard.push(event) });
    ses = sesClient(inbox.url);
  });
  afterEach(async () => {
    ses.destroy();
    await inbox.close();
  });

  const send = (to: string) =>
    ses.send(mail({ to: [to], set: 'laptop', tags: [{ Name: 'intent', Value: 'an-intent' }] }));

  const messages = () => heard.map(({ Records: [record] }) => JSON.parse(record?.Sns.Message ?? ''));
  const told = () => messages().map(({ eventType }) => eventType);
  const arrived = async () => (await messagesOf(inbox.url)).length;

  it.each([
    ['bounce', ['Bounce'], 0],
    ['reject', ['Reject'], 0],
    ['complaint', ['Delivery', 'Complaint'], 1],
    ['delay', ['DeliveryDelay', 'Delivery'], 1],
  ])('is what a test orders, once: %s', async (feedback, types, arrivals) => {
    const ordered = await putFault(inbox.url, { service: 'ses', next: 1, feedback });

    const { MessageId } = await send('ada@example.com');
    expect(await ordered.json()).toEqual({ ses: { next: 1, feedback }, sns: null, 'sms-voice': null });
    expect([told(), await arrived()]).toEqual([types, arrivals]);
    expect(messages()[0].mail).toMatchObject({ messageId: MessageId, destination: ['ada@example.com'] });
    expect(messages()[0].mail.tags).toEqual({ intent: ['an-intent'], 'ses:configuration-set': ['laptop'] });
    await send('bea@example.com');
    expect(told().at(-1)).toBe('Delivery');
  });

  it.each([
    ['success@simulator.amazonses.com', ['Delivery'], 1],
    ['ooto@simulator.amazonses.com', ['Delivery'], 1],
    ['bounce@simulator.amazonses.com', ['Bounce'], 0],
    ['bounce+label@simulator.amazonses.com', ['Bounce'], 0],
    ['complaint@simulator.amazonses.com', ['Delivery', 'Complaint'], 1],
    ['suppressionlist@simulator.amazonses.com', ['Bounce'], 0],
  ])("is what SES's simulator tells of %s", async (to, types, arrivals) => {
    await send(to);

    expect([told(), await arrived()]).toEqual([types, arrivals]);
    expect((await fetch(`${inbox.url}/v2/email/suppression/addresses/${encodeURIComponent(to)}`)).status).toBe(404);
  });

  it('drops mail to who bounced or complained, until the address is taken off the list', async () => {
    await putFault(inbox.url, { service: 'ses', next: 1, feedback: 'bounce' });
    await send('ada@example.com');
    await send('ada@example.com');
    expect(messages()[1].bounce.bounceSubType).toBe('OnAccountSuppressionList');

    const path = `${inbox.url}/v2/email/suppression/addresses/ada%40example.com`;
    const lifted = await fetch(path, { method: 'DELETE' });
    await send('ada@example.com');

    expect([lifted.status, told().at(-1), await arrived()]).toEqual([200, 'Delivery', 1]);
    expect((await fetch(path, { method: 'DELETE' })).status).toBe(404);
  });

  it.each([
    ['record-feedback/bounce', 'bounce'],
    ['record-feedback/complaint', 'complaint'],
    ['record-feedback/delivery-delay', 'delay'],
    ['record-feedback/reject', 'reject'],
  ])('has no member that SES does not send: %s', async (fixture, feedback) => {
    await putFault(inbox.url, { service: 'ses', next: 1, feedback });
    await send('ada@example.com');

    const theirs = JSON.parse(loadEvent<SNSEvent>(fixture).Records[0]?.Sns.Message ?? '');
    const ours = messages().find(({ eventType }) => eventType === theirs.eventType);
    const withoutTags = ({ mail: { tags: _, ...rest }, ...message }: typeof theirs) => ({ ...message, mail: rest });

    expect(namesIn(withoutTags(ours)).filter((name) => !namesIn(withoutTags(theirs)).includes(name))).toEqual([]);
  });

  it('is nothing of a mail without a configuration set', async () => {
    await ses.send(mail());

    expect([heard, await arrived()]).toEqual([[], 1]);
  });

  it.each([
    { service: 'sns', next: 1, feedback: 'bounce' },
    { service: 'ses', next: 1, feedback: 'vanish' },
    { service: 'ses', next: 1, feedback: 'bounce', error: 'Throttling' },
  ])('can not be ordered by %j', async (order) => {
    expect((await putFault(inbox.url, order)).status).toBe(400);
  });
});
