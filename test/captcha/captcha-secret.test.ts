import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openStoredText } from '../../shared/aws/open-stored-text.ts';
import { makeSiteverify } from '../../shared/captcha/siteverify.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type FakeSecretsManager, startFakeSecretsManager } from '../support/fake-secrets-manager.ts';
import { type FakeSiteverify, startFakeSiteverify } from '../support/fake-siteverify.ts';
import { makeWatchedLog } from '../support/lone-runtime.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:CaptchaSecret-a1b2c3';
const PLACEHOLDER = '{"placeholder":"mt0yuVn5(Qj{"}';
const SECRET = '0x4AAAAAAA-the-secret-of-the-provider';

describe("the provider's secret in Secrets Manager", () => {
  let secrets: FakeSecretsManager;
  let service: FakeSiteverify;
  let watched: ReturnType<typeof makeWatchedLog>;

  beforeAll(async () => {
    secrets = await startFakeSecretsManager(ARN);
    service = await startFakeSiteverify({ secret: SECRET });
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    });
  });
  afterAll(() => Promise.all([secrets.close(), service.stop()]));
  beforeEach(() => {
    service.rotateTo(SECRET);
    service.requests.length = 0;
    watched = makeWatchedLog();
  });

  const opened = () => {
    const siteverify = makeSiteverify({
      provider: 'turnstile',
      siteKey: service.siteKey,
      hostnames: [],
      sendsSourceIp: false,
      url: service.url,
      timeoutMs: 60_000,
      readSecret: async () => (await openStoredText(ARN, { clock: watched.clock, randomness: csprng })()).text,
      ...watched,
    });
    return () => siteverify.isGood({ token: service.solve(), sourceIp: '203.0.113.7' });
  };

  it('is read when it is first needed, and once', async () => {
    secrets.reset(SECRET);
    const ask = opened();
    const before = secrets.calls.length;

    const answers = [await ask(), await ask()];

    expect(before).toBe(0);
    expect(answers).toEqual([true, true]);
    expect(secrets.calls.map(({ operation }) => operation)).toEqual(['GetSecretValue']);
  });

  it('is sent to nobody while it is the placeholder, and used as soon as the operator has put it there', async () => {
    secrets.reset(PLACEHOLDER);
    const ask = opened();

    const before = await ask();
    const sent = service.requests.length;
    secrets.overwrite('the-one-of-the-operator', `${SECRET}\n`);
    const after = await ask();

    expect([before, sent, after]).toEqual([null, 0, true]);
  });

  it('is read again once the provider has refused it, so that a new one needs no deployment', async () => {
    secrets.reset(SECRET);
    const ask = opened();
    await ask();
    service.rotateTo('0x4AAAAAAA-another');
    secrets.overwrite('another', '0x4AAAAAAA-another');

    expect([await ask(), await ask()]).toEqual([null, true]);
  });

  it.each(['access-denied', 'lost-answer'] as const)(
    'gives no answer where it can not be read (%s), and no word of it to the log',
    async (fault) => {
      secrets.reset(SECRET);
      secrets.fail(fault);

      expect(await opened()()).toBeNull();

      expect(watched.lines).toHaveLength(1);
      expect(JSON.parse(watched.lines[0] ?? '')).toMatchObject({ event: 'captcha-check', outcome: 'failed' });
      expect(watched.lines.join()).not.toContain('0x4AAAAAAA');
    },
  );
});
