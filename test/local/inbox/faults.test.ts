import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { mail, messagesOf, postQuery, putFault, sesClient, sms } from './inbox-client.ts';

describe('the faults of the inbox', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;
  let ses: ReturnType<typeof sesClient>;

  beforeEach(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null });
    ses = sesClient(inbox.url);
  });
  afterEach(async () => {
    ses.destroy();
    await inbox.close();
  });

  it('fail exactly the next sends to that service, and keep none of those', async () => {
    const ordered = await putFault(inbox.url, { service: 'ses', next: 2, error: 'Throttling' });

    expect([ordered.status, await ordered.json()]).toEqual([
      200,
      { ses: { next: 2, error: 'Throttling' }, sns: null, 'sms-voice': null },
    ]);
    await expect(ses.send(mail())).rejects.toMatchObject({ name: 'Throttling', $metadata: { httpStatusCode: 400 } });
    expect((await postQuery(inbox.url, sms)).status).toBe(200);
    await expect(ses.send(mail())).rejects.toMatchObject({ name: 'Throttling' });
    await ses.send(mail({ subject: 'the third' }));
    expect((await messagesOf(inbox.url)).map(({ subject }) => subject)).toEqual(['the third', null]);
    expect(await (await fetch(`${inbox.url}/faults`)).json()).toEqual({ ses: null, sns: null, 'sms-voice': null });
  });

  it.each([
    ['MessageRejected', 400, 'Sender'],
    ['Throttled', 429, 'Sender'],
    ['InternalFailure', 500, 'Receiver'],
    ['ServiceUnavailable', 503, 'Receiver'],
  ])('answer %s with %d', async (error, status, type) => {
    await putFault(inbox.url, { service: 'sns', next: 1, error });

    const response = await postQuery(inbox.url, sms);

    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Type>${type}</Type>\n    <Code>${error}</Code>`);
  });

  it('are what the SDK tries again after', async () => {
    const patient = sesClient(inbox.url, { maxAttempts: 2 });
    await putFault(inbox.url, { service: 'ses', next: 1, error: 'ServiceUnavailable' });

    const { $metadata } = await patient.send(mail());

    expect($metadata.attempts).toBe(2);
    expect(await messagesOf(inbox.url)).toHaveLength(1);
    patient.destroy();
  });

  it('hang: the send is taken and never answered, until the client gives up', async () => {
    await putFault(inbox.url, { service: 'ses', next: 1, error: 'Hang' });

    const sending = ses.send(mail(), { abortSignal: AbortSignal.timeout(300) });

    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    expect(await messagesOf(inbox.url)).toEqual([]);
    await ses.send(mail());
    expect(await messagesOf(inbox.url)).toHaveLength(1);
  });

  it('do not keep the inbox from closing while a send hangs', async () => {
    await putFault(inbox.url, { service: 'sns', next: 1, error: 'Hang' });
    const hanging = postQuery(inbox.url, sms).then(
      () => 'answered',
      () => 'cut off',
    );
    // Wait until the fault is taken, which shows that the send has arrived.
    while ((await (await fetch(`${inbox.url}/faults`)).text()).includes('Hang')) await new Promise(setImmediate);

    await inbox.close();

    expect(await hanging).toBe('cut off');
    inbox = await startInbox({ port: 0, dataDirectory: null });
  });

  it('are cleared by next 0, and replaced by another order', async () => {
    await putFault(inbox.url, { service: 'ses', next: 5, error: 'Throttling' });
    await putFault(inbox.url, { service: 'ses', next: 1, error: 'MessageRejected' });
    expect(await (await fetch(`${inbox.url}/faults`)).json()).toMatchObject({
      ses: { next: 1, error: 'MessageRejected' },
    });

    await putFault(inbox.url, { service: 'ses', next: 0 });

    await ses.send(mail());
    expect(await messagesOf(inbox.url)).toHaveLength(1);
  });

  it.each([
    '',
    'no JSON',
    '[]',
    '{"service":"sqs","next":1,"error":"Throttling"}',
    '{"service":"ses","next":-1,"error":"Throttling"}',
    '{"service":"ses","next":1.5,"error":"Throttling"}',
    '{"service":"ses","next":"1","error":"Throttling"}',
    '{"service":"ses","next":1}',
    '{"service":"ses","next":1,"error":"<script>"}',
    '{"service":"ses","next":1,"error":"Throttling","for":"ever"}',
  ])('say what is understood when an order is not: %s', async (order) => {
    const response = await putFault(inbox.url, order);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining('"error":"Throttling"}') });
    expect(await (await fetch(`${inbox.url}/faults`)).json()).toEqual({ ses: null, sns: null, 'sms-voice': null });
  });
});
