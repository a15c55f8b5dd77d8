import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCallerKeys } from '../../shared/callers/caller-keys.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type FakeSecretsManager, startFakeSecretsManager } from '../support/fake-secrets-manager.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:CallerSecret-a1b2c3';
const SECRET = 'the-secret-of-the-back-end-of-the-shop-0123456789';

describe('the secret of a trusted caller in Secrets Manager', () => {
  let secrets: FakeSecretsManager;

  beforeAll(async () => {
    secrets = await startFakeSecretsManager(ARN);
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    });
  });
  afterAll(() => secrets.close());

  const opened = () => makeCallerKeys(new Map([['web/1', ARN]]), { clock: systemClock, randomness: csprng });

  it('is read when a signature names it for the first time, and once for all requests', async () => {
    secrets.reset(SECRET);
    const keyOf = opened();
    const before = secrets.calls.length;

    const found = await Promise.all([keyOf('web/1'), keyOf('web/1')]);
    const again = await keyOf('web/1');

    expect([before, ...found, again]).toEqual([0, SECRET, SECRET, SECRET]);
    expect(secrets.calls.map(({ operation }) => operation)).toEqual(['GetSecretValue']);
  });

  it('is not asked for by a name that no caller has', async () => {
    secrets.reset(SECRET);
    const keyOf = opened();

    expect([await keyOf('web/2'), await keyOf(''), await keyOf('constructor')]).toEqual([null, null, null]);
    expect(secrets.calls).toEqual([]);
  });

  it('is read again by the next request after an outage', async () => {
    secrets.reset(SECRET);
    const keyOf = opened();
    secrets.fail('access-denied');
    await expect(keyOf('web/1')).rejects.toMatchObject({ name: 'SecretRefused' });
    secrets.heal();

    expect(await keyOf('web/1')).toBe(SECRET);
  });

  it.each(['', 'short', ' '.repeat(64), 'x'.repeat(31)])(
    'is none where its value is %p: nothing is verified by it',
    async (value) => {
      secrets.reset(value);

      await expect(opened()('web/1')).rejects.toMatchObject({
        name: expect.stringMatching(/CallerSecretBroken|SecretUnavailable/),
      });
    },
  );
});
