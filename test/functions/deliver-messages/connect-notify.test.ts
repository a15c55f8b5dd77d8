import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isRefusedForGood } from '../../../functions/deliver-messages/refused-for-good.ts';
import {
  type ConnectNotifyOptions,
  connectNotify,
  SMS_VOICE,
} from '../../../functions/deliver-messages/sms/connect-notify.ts';
import type { SentCode } from '../../../functions/deliver-messages/sms/sms-sender.ts';
import { endpointOf } from '../../../shared/aws/aws-endpoint.ts';
import { csprng } from '../../../shared/primitives/randomness.ts';
import { makeFakeClock } from '../../support/fake-clock.ts';
import { silence, trickle } from '../../support/fake-ses.ts';

const NUMBER = '+436601234567';
const CODE: SentCode = { value: '012345', language: 'de', validSeconds: 599 };

const OPTIONS: Omit<ConnectNotifyOptions, 'clock' | 'randomness'> = {
  configurationId: 'notify-cb19ae925d014cdb',
  templates: { en: 'notify-code-verification-english-001', de: 'notify-code-verification-german-001' },
  minutesVariable: null,
  defaultLanguage: 'en',
};

/** An error as End User Messaging answers it. */
const refuses =
  (name: string, reason?: string, status = 400) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    const Reason = reason === undefined ? {} : { Reason: reason };
    response.end(
      JSON.stringify({ __type: `com.amazonaws.pinpointsmsvoicev2#${name}`, Message: `of ${NUMBER}`, ...Reason }),
    );
  };

const accepts = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ MessageId: 'm-1', ResolvedMessageBody: '012345 is your code.' }));
};

const failureOf = async (sending: Promise<void>): Promise<Error> =>
  sending.then(
    () => {
      throw new Error('the code went out');
    },
    (error: Error) => error,
  );

describe('connect-notify', () => {
  const before = { ...process.env };
  let answer: (response: ServerResponse) => void;
  let requests: { method: string; url: string; headers: IncomingHttpHeaders; body: unknown }[];
  let server: ReturnType<typeof createServer>;

  const connect = (changes: Partial<ConnectNotifyOptions> = {}) =>
    connectNotify({ ...OPTIONS, clock: makeFakeClock(), randomness: csprng, ...changes });
  const send = (code: Partial<SentCode> = {}, changes: Partial<ConnectNotifyOptions> = {}) =>
    connect(changes).sendCode({ to: NUMBER, code: { ...CODE, ...code } });

  beforeEach(async () => {
    answer = accepts;
    requests = [];
    server = createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      const read = async () => {
        requests.push({ method, url, headers, body: JSON.parse(await text(request)) });
        answer(response);
      };
      void read();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });
  afterEach(async () => {
    process.env = before;
    server.close();
    server.closeAllConnections();
  });

  it('asks for one message with the code, of the template of its language, that lives no longer than the code', async () => {
    await send();

    const [request, ...others] = requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'PinpointSMSVoiceV2.SendNotifyTextMessage',
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/eu-central-1\/sms-voice\//),
      },
    });
    expect(request?.body).toEqual({
      NotifyConfigurationId: OPTIONS.configurationId,
      DestinationPhoneNumber: NUMBER,
      TemplateId: 'notify-code-verification-german-001',
      TemplateVariables: { code: '012345' },
      TimeToLive: 599,
    });
  });

  it.each<[string, Partial<SentCode>, Partial<ConnectNotifyOptions>, object]>([
    [
      'the template of the default language where its own has none',
      {},
      { templates: { en: 'notify-code-verification-english-001' } },
      { TemplateId: 'notify-code-verification-english-001' },
    ],
    [
      'whole minutes that it still lives, where the template takes them',
      {},
      { minutesVariable: 'time' },
      { TemplateVariables: { code: '012345', time: '9' } },
    ],
    [
      'a minute for what lives less, as no template takes seconds',
      { validSeconds: 59 },
      { minutesVariable: 'expiry' },
      { TemplateVariables: { code: '012345', expiry: '1' }, TimeToLive: 59 },
    ],
    ['the shortest life that the service takes', { validSeconds: 1 }, {}, { TimeToLive: 5 }],
  ])('names %s', async (_, code, options, expected) => {
    await send(code, options);

    expect(requests[0]?.body).toMatchObject(expected);
  });

  it.each<[string, string | undefined, string, boolean]>([
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT', 'NumberOptedOut', true],
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED', 'NumberNotVerified', true],
    ['ConflictException', 'DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', 'CountryBlocked', true],
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE', 'NumberBlocked', true],
    ['ConflictException', 'NO_ORIGINATION_IDENTITIES_FOUND', 'NoOriginator', true],
    ['ConflictException', 'NOTIFY_CONFIGURATION_NOT_ACTIVE', 'ConflictException', false],
    ['ConflictException', 'constructor', 'ConflictException', false],
    ['ConflictException', undefined, 'ConflictException', false],
    ['ServiceQuotaExceededException', 'DAILY_NOTIFY_TIER_MESSAGE_LIMIT', 'DailyQuotaExceeded', true],
    ['ServiceQuotaExceededException', 'MONTHLY_SPEND_LIMIT_REACHED_FOR_NOTIFY', 'MonthlyQuotaExceeded', true],
    ['ServiceQuotaExceededException', 'DAILY_DESTINATION_CALL_LIMIT', 'NumberQuotaExceeded', true],
    ['ServiceQuotaExceededException', 'SOME_LATER_LIMIT', 'ServiceQuotaExceededException', true],
    ['ValidationException', 'COUNTRY_NOT_ENABLED', 'ValidationException', true],
    ['ThrottlingException', undefined, 'ThrottlingException', false],
    ['AccessDeniedException', 'INSUFFICIENT_ACCOUNT_REPUTATION', 'AccessDeniedException', false],
    ['ResourceNotFoundException', undefined, 'ResourceNotFoundException', false],
  ])(
    'asks once and no more when Notify answers %s with %s: it is %s, for good: %s',
    async (name, reason, told, isFinal) => {
      answer = refuses(name, reason);

      const error = await failureOf(send());

      expect(requests).toHaveLength(1);
      expect([error.name, error.message, error.cause]).toEqual(['SmsNotSent', told, undefined]);
      expect(isRefusedForGood(error)).toBe(isFinal);
    },
  );

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['fails', refuses('InternalServerException', undefined, 500), 'InternalServerException'],
    ['says nothing', silence, 'TimeoutError'],
    ['begins an answer and never ends it', trickle, 'TimeoutError'],
  ])(
    'asks once and no more of a service that %s, and says that the code may not have gone out',
    async (_, behaviour, told) => {
      answer = behaviour;

      const error = await failureOf(send({}, { requestTimeoutMs: 200 }));

      expect([error.name, error.message, requests.length]).toEqual(['SmsNotSent', told, 1]);
      expect(isRefusedForGood(error)).toBe(false);
    },
  );

  it.each(['+436601234567,+436601234568', '436601234567', '+4366012345678901', '+436601234567\n', ''])(
    'sends nothing to %j, which is not one E.164 number',
    async (to) => {
      const error = await failureOf(connect().sendCode({ to, code: CODE }));

      expect([error.message, requests]).toEqual(['RecipientNotCanonical', []]);
    },
  );

  it.each([
    ['eu-central-1', {}, 'https://sms-voice.eu-central-1.amazonaws.com/'],
    ['eu-central-1', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'https://sms-voice.eu-central-1.api.aws/'],
    ['us-gov-west-1', {}, 'https://sms-voice.us-gov-west-1.amazonaws.com/'],
    ['us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://sms-voice-fips.us-gov-west-1.amazonaws.com/'],
    ['cn-north-1', {}, 'https://sms-voice.cn-north-1.amazonaws.com.cn/'],
  ])("asks in %s with %j at the host of the SDK's rules", (AWS_REGION, switches, host) => {
    expect(endpointOf(SMS_VOICE, { AWS_REGION, ...switches }).url.href).toBe(host);
  });
});
