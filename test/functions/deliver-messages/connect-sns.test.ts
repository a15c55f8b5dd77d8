import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectSns } from '../../../functions/deliver-messages/sms/connect-sns.ts';
import type { Sms } from '../../../functions/deliver-messages/sms/sms-sender.ts';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { messagesOf, putFault } from '../../local/inbox/inbox-client.ts';
import { silence, startFakeSes, trickle } from '../../support/fake-ses.ts';

const sms: Sms = {
  to: '+436601234567',
  country: 'AT',
  text: '012345 ist Ihr Anmeldecode für Bookshelf.\nGeben Sie diesen Code nie weiter.\n@auth.bookshelf.example #012345',
  code: null,
  intentId: '0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11',
};

const PLAIN = { originators: {}, senderId: null, originationNumber: null };

const environment = (endpoint: string) => ({
  AWS_ENDPOINT_URL_SNS: endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});

const failureOf = async (sending: Promise<void>): Promise<Error> =>
  sending.then(
    () => {
      throw new Error('the SMS went out');
    },
    (error: Error) => error,
  );

const publish = (answer: (response: ServerResponse) => void, count: { requests: number }) =>
  createServer((request, response) => {
    count.requests += 1;
    request.resume();
    answer(response);
  });

describe('connect-sns', () => {
  const before = { ...process.env };
  let inbox: Awaited<ReturnType<typeof startInbox>>;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null });
  });
  beforeEach(async () => {
    Object.assign(process.env, environment(inbox.url));
    await fetch(`${inbox.url}/messages`, { method: 'DELETE' });
  });
  afterAll(async () => {
    process.env = before;
    await inbox.close();
  });

  it('sends one SMS to one number, as it was written', async () => {
    await connectSns(PLAIN).send(sms);

    expect(await messagesOf(inbox.url)).toMatchObject([{ channel: 'sms', to: sms.to, text: sms.text, from: 'NOTICE' }]);
  });

  it.each([
    [{ ...PLAIN, senderId: 'Bookshelf' }, 'Bookshelf'],
    [{ ...PLAIN, originationNumber: '+12065550100' }, '+12065550100'],
    [{ ...PLAIN, originators: { AT: 'MYAPP' } }, 'MYAPP'],
    [{ ...PLAIN, originators: { AT: '+436601000000' } }, '+436601000000'],
    [{ ...PLAIN, originators: { AT: '08282' } }, '08282'],
    [{ ...PLAIN, originators: { US: '+12065550100' } }, 'NOTICE'],
    [{ senderId: 'Other', originationNumber: '+12065550100', originators: { AT: 'MYAPP' } }, 'MYAPP'],
    [{ senderId: 'Other', originationNumber: null, originators: { AT: '+436601000000' } }, '+436601000000'],
    [{ ...PLAIN, senderId: 'Other', originators: { US: '+12065550100' } }, 'Other'],
  ])('sends as %j', async (options, from) => {
    await connectSns(options).send(sms);

    expect(await messagesOf(inbox.url)).toMatchObject([{ from }]);
  });

  it('asks for the transactional type, names its origins, and sets no price', async () => {
    const sns = await startFakeSes(); // speaks the Query protocol, which has Publish too
    Object.assign(process.env, environment(sns.url));

    await connectSns({ ...PLAIN, senderId: 'Bookshelf', originationNumber: '+12065550100' })
      .send(sms)
      .catch(() => undefined); // it answers like SES
    await sns.stop();

    expect(sns.requests).toEqual([
      {
        Action: 'Publish',
        Version: '2010-03-31',
        PhoneNumber: sms.to,
        Message: sms.text,
        'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
        'MessageAttributes.entry.1.Value.DataType': 'String',
        'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
        'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
        'MessageAttributes.entry.2.Value.DataType': 'String',
        'MessageAttributes.entry.2.Value.StringValue': 'Bookshelf',
        'MessageAttributes.entry.3.Name': 'AWS.MM.SMS.OriginationNumber',
        'MessageAttributes.entry.3.Value.DataType': 'String',
        'MessageAttributes.entry.3.Value.StringValue': '+12065550100',
      },
    ]);
  });

  it('names one originator for a country that has one of its own, and none of the others', async () => {
    const sns = await startFakeSes();
    Object.assign(process.env, environment(sns.url));

    await connectSns({ senderId: 'Other', originationNumber: '+12065550100', originators: { AT: 'MYAPP' } })
      .send(sms)
      .catch(() => undefined);
    await sns.stop();

    const names = Object.entries(sns.requests[0] ?? {}).filter(([key]) => /^MessageAttributes.*Name$/.test(key));
    expect(names.map(([, value]) => value)).toEqual(['AWS.SNS.SMS.SMSType', 'AWS.SNS.SMS.SenderID']);
  });

  it.each(['Throttling', 'InvalidParameter', 'InternalError'])(
    'asks once and no more when SNS answers %s, and repeats nothing of what it said',
    async (code) => {
      await putFault(inbox.url, { service: 'sns', next: 1, error: code });
      const smsSender = connectSns(PLAIN);

      const error = await failureOf(smsSender.send(sms));

      expect(error).toMatchObject({ name: 'SmsNotSent' });
      expect(error.message).toMatch(new RegExp(`^${code}(Exception|Error)*$`));
      expect(error.cause).toBeUndefined();
      expect(await messagesOf(inbox.url)).toEqual([]);
      await smsSender.send(sms); // the fault was for one request, so there was no second one
      expect(await messagesOf(inbox.url)).toHaveLength(1);
    },
  );

  it.each([
    ['says nothing', silence, 'TimeoutError'],
    ['begins an answer and never ends it', trickle, 'AbortError'],
  ])('gives up on an SNS that %s', async (_, answer, message) => {
    const count = { requests: 0 };
    const server = publish(answer, count).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    Object.assign(process.env, environment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

    const error = await failureOf(connectSns({ ...PLAIN, requestTimeoutMs: 200 }).send(sms));
    server.close();
    server.closeAllConnections();

    expect(error).toMatchObject({ name: 'SmsNotSent', message });
    expect(count.requests).toBe(1);
  });

  it('says that an SMS was not sent when nobody listens', async () => {
    const gone = await startFakeSes();
    await gone.stop();
    Object.assign(process.env, environment(gone.url));

    const error = await failureOf(connectSns(PLAIN).send(sms));

    expect(error).toMatchObject({ name: 'SmsNotSent' });
    expect(error.message).not.toMatch(/[+\d]/);
  });

  it.each([
    '+436601234567,+436601234568',
    '+43 660 1234567',
    '436601234567',
    '00436601234567',
    '+0436601234567',
    '+4366012345678901',
    '+436601234567\n',
    'arn:aws:sns:eu-central-1:1:topic',
    '',
  ])('sends nothing to %j, which is not one E.164 number', async (to) => {
    const error = await failureOf(connectSns(PLAIN).send({ ...sms, to }));

    expect(error).toMatchObject({ name: 'SmsNotSent', message: 'RecipientNotCanonical' });
    expect(await messagesOf(inbox.url)).toEqual([]);
  });
});
