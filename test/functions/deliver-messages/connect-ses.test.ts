import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectSes } from '../../../functions/deliver-messages/mail/connect-ses.ts';
import type { Mail } from '../../../functions/deliver-messages/mail/mailer.ts';
import { accepted, refused, silence, startFakeSes, trickle } from '../../support/fake-ses.ts';

const SENDER = 'no-reply@example.com';

const mail: Mail = {
  to: 'ada@example.com',
  message: { subject: 'Grüße', text: 'Zeile 1\nZeile 2 & mehr', html: '<p>Zeile 1</p>' },
  intentId: '0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11',
  reference: null,
};

const environment = (endpoint: string) => ({
  AWS_ENDPOINT_URL_SES: endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});

const failureOf = async (sending: Promise<void>): Promise<Error> =>
  sending.then(
    () => {
      throw new Error('the mail went out');
    },
    (error: Error) => error,
  );

describe('connect-ses', () => {
  const before = { ...process.env };
  let ses: Awaited<ReturnType<typeof startFakeSes>>;

  beforeAll(async () => {
    ses = await startFakeSes();
    Object.assign(process.env, environment(ses.url));
  });
  beforeEach(() => ses.answerWith(accepted));
  afterAll(async () => {
    process.env = before;
    await ses.stop();
  });

  it('sends one mail to one recipient, as text and as HTML, in UTF-8', async () => {
    const mailer = connectSes({ sender: SENDER, productName: 'Example App', configurationSet: 'the-set' });

    await mailer.send(mail);

    expect(ses.requests).toEqual([
      {
        Action: 'SendEmail',
        Version: '2010-12-01',
        Source: '"Example App" <no-reply@example.com>',
        ConfigurationSetName: 'the-set',
        'Destination.ToAddresses.member.1': 'ada@example.com',
        'Message.Subject.Data': 'Grüße',
        'Message.Subject.Charset': 'UTF-8',
        'Message.Body.Text.Data': 'Zeile 1\nZeile 2 & mehr',
        'Message.Body.Text.Charset': 'UTF-8',
        'Message.Body.Html.Data': '<p>Zeile 1</p>',
        'Message.Body.Html.Charset': 'UTF-8',
        'Tags.member.1.Name': 'intent',
        'Tags.member.1.Value': mail.intentId,
      },
    ]);
  });

  /** @asvs 1.3.11 */
  it('lets no product name add a header or another sender', async () => {
    const mailer = connectSes({
      sender: SENDER,
      productName: 'Evil" <evil@example.org>\r\nX-Note: all@example.org, "',
      configurationSet: null,
    });

    await mailer.send(mail);

    expect(ses.requests[0]?.Source).toBe(
      '"Evil\\" <evil@example.org> X-Note: all@example.org, \\"" <no-reply@example.com>',
    );
    expect(ses.requests[0]).not.toHaveProperty('ConfigurationSetName');
  });

  it.each([
    { status: 400, code: 'Throttling' },
    { status: 400, code: 'MessageRejected' },
    { status: 503, code: 'ServiceUnavailable' },
  ])('asks once and no more when SES answers $code, and repeats nothing of what it said', async ({ status, code }) => {
    const mailer = connectSes({ sender: SENDER, productName: 'Example App', configurationSet: 'the-set' });
    ses.answerWith(refused({ status, code, message: `Not today, ${mail.to}` }));

    const error = await failureOf(mailer.send(mail));

    expect(error).toMatchObject({ name: 'MailNotSent' });
    expect(error.message).toMatch(new RegExp(`^${code}(Exception)?$`));
    expect(error.cause).toBeUndefined();
    expect(ses.requests).toHaveLength(1);
  });

  const FAILED = 'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ';

  it.each([
    { message: `${FAILED}${SENDER}`, name: 'SenderNotVerified' },
    { message: `${FAILED}${mail.to}, ${SENDER}`, name: 'SenderNotVerified' },
    { message: `${FAILED}"Example App" &lt;${SENDER}&gt;`, name: 'SenderNotVerified' },
    { message: 'Sending suspended for this account. For more information, ask', name: 'SendingSuspended' },
    { message: `${FAILED}${mail.to}`, name: 'RecipientNotVerified' },
    { message: `${FAILED}x${SENDER}, ${SENDER}.evil.example`, name: 'MessageRejected' },
    { message: `Message contained a virus for ${SENDER}`, name: 'MessageRejected' },
  ])('tells a rejection of the account from that of one message: $message', async ({ message, name }) => {
    const mailer = connectSes({ sender: SENDER, productName: 'Example App', configurationSet: 'the-set' });
    ses.answerWith(refused({ status: 400, code: 'MessageRejected', message }));

    const error = await failureOf(mailer.send(mail));

    expect(error.message).toBe(name);
  });

  it('takes no address for the name of an error', async () => {
    const mailer = connectSes({ sender: SENDER, productName: 'Example App', configurationSet: 'the-set' });
    ses.answerWith(refused({ status: 400, code: mail.to, message: 'no' }));

    const error = await failureOf(mailer.send(mail));

    expect(error.message).toBe('UnknownError');
  });

  it('gives up on an SES that says nothing', async () => {
    const mailer = connectSes({
      sender: SENDER,
      productName: 'Example App',
      configurationSet: 'the-set',
      requestTimeoutMs: 200,
    });
    ses.answerWith(silence);

    const error = await failureOf(mailer.send(mail));

    expect(error).toMatchObject({ name: 'MailNotSent', message: 'TimeoutError' });
    expect(ses.requests).toHaveLength(1);
  });

  it('gives up on an SES that begins an answer and never ends it', async () => {
    const mailer = connectSes({
      sender: SENDER,
      productName: 'Example App',
      configurationSet: 'the-set',
      requestTimeoutMs: 200,
    });
    ses.answerWith(trickle);

    const error = await failureOf(mailer.send(mail));

    expect(error).toMatchObject({ name: 'MailNotSent', message: 'AbortError' });
    expect(ses.requests).toHaveLength(1);
  });

  it('says that a mail was not sent when nobody listens', async () => {
    const gone = await startFakeSes();
    await gone.stop();
    Object.assign(process.env, environment(gone.url));
    const mailer = connectSes({ sender: SENDER, productName: 'Example App', configurationSet: 'the-set' });

    const error = await failureOf(mailer.send(mail));
    Object.assign(process.env, environment(ses.url));

    expect(error).toMatchObject({ name: 'MailNotSent' });
    expect(error.message).not.toMatch(/[@\d]/);
  });

  it.each([
    'ada@example.com, eve@example.org',
    'ada@example.com,eve@example.org',
    'ada@example.com\r\nX-Note: eve@example.org',
    'Ada <ada@example.com>',
    'Ada@Example.com',
    ' ada@example.com',
    'ada@例え.jp',
    'ada',
    '',
  ])('sends nothing to %j, which is not one canonical address', async (to) => {
    const mailer = connectSes({ sender: SENDER, productName: 'Example App', configurationSet: 'the-set' });

    const error = await failureOf(mailer.send({ ...mail, to }));

    expect(error).toMatchObject({ name: 'MailNotSent', message: 'RecipientNotCanonical' });
    expect(ses.requests).toEqual([]);
  });

  it('refuses a sender that is not a canonical address, without repeating it', () => {
    const sender = 'a@example.com>, <b@example.com';

    expect(() => connectSes({ sender, productName: 'Example App', configurationSet: 'the-set' })).toThrow(
      new Error('the sender is not a canonical address'),
    );
  });
});
