import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetSMSAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { ACM, CLOUDWATCH, LAMBDA, SECRETS_MANAGER, SES, SMS_VOICE, SNS } from '../../../scripts/aws/aws-apis.ts';
import { makeAwsCaller } from '../../../scripts/aws/aws-caller.ts';
import { GET_CALLER_IDENTITY } from '../../../scripts/aws/get-caller-identity.ts';
import { members } from '../../../scripts/aws/read-query-answer.ts';
import { LIST_SUBSCRIPTIONS } from '../../../scripts/aws/subscriptions.ts';
import { DESCRIBE_SECRET, GET_EMAIL_IDENTITY, GET_SMS_ATTRIBUTES } from '../../../scripts/doctor/operations.ts';
import { endpointOf } from '../../../shared/aws/aws-endpoint.ts';
import { csprng } from '../../../shared/primitives/randomness.ts';
import { startFakeAws } from '../../support/fake-aws.ts';
import { makeFakeClock } from '../../support/fake-clock.ts';
import { GOOD } from '../../support/recorded-accounts.ts';
import { KEYRING, RECORDED_AT_MS, REGION, TOPIC } from '../../support/recorded-shapes.ts';

describe('what asks AWS for an operator', () => {
  let aws: Awaited<ReturnType<typeof startFakeAws>>;
  beforeAll(async () => {
    aws = await startFakeAws();
  });
  afterAll(() => aws.stop());

  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'of a role' };
  const caller = (found: () => Promise<typeof credentials> = async () => credentials) =>
    makeAwsCaller({
      environment: { AWS_ENDPOINT_URL: aws.origin },
      region: REGION,
      credentials: found,
      clock: makeFakeClock(RECORDED_AT_MS),
      randomness: csprng,
    });

  it('reads the recorded answers as the SDK reads them', async () => {
    aws.answerWith(GOOD);
    const client = { region: REGION, endpoint: aws.origin, credentials };
    const sns = new SNSClient(client);
    const secrets = new SecretsManagerClient(client);
    const ask = caller();

    const { attributes } = await ask(GET_SMS_ATTRIBUTES);
    const { Subscriptions } = await ask(LIST_SUBSCRIPTIONS, { TopicArn: TOPIC });
    const { LastRotatedDate = 0 } = await ask(DESCRIBE_SECRET, { SecretId: KEYRING });

    expect((await sns.send(new GetSMSAttributesCommand({}))).attributes).toEqual(attributes);
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).Subscriptions).toMatchObject(
      Subscriptions,
    );
    const secret = await secrets.send(new DescribeSecretCommand({ SecretId: KEYRING }));
    expect(secret.LastRotatedDate?.getTime()).toBe(LastRotatedDate * 1000);
    sns.destroy();
    secrets.destroy();
  });

  it('writes requests as the SDK writes them', async () => {
    aws.answerWith(GOOD);
    const client = { region: REGION, endpoint: aws.origin, credentials };
    await new SNSClient(client).send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    await new SecretsManagerClient(client).send(new DescribeSecretCommand({ SecretId: KEYRING }));
    const ask = caller();

    await ask(LIST_SUBSCRIPTIONS, { TopicArn: TOPIC });
    await ask(DESCRIBE_SECRET, { SecretId: KEYRING });

    const [bySdk, ours] = [aws.calls.slice(0, 2), aws.calls.slice(2)];
    expect(ours.map(({ operation, input }) => ({ operation, input }))).toEqual(
      bySdk.map(({ operation, input }) => ({ operation, input })),
    );
    expect(ours.map(({ service }) => service)).toEqual(['sns', 'secretsmanager']);
  });

  it('asks another region where it is told to, and encodes what stands in a path', async () => {
    aws.answerWith(GOOD);
    const ask = caller();

    await ask(GET_EMAIL_IDENTITY, { EmailIdentity: "o'neil+x@bookshelf.example" }, 'us-east-1');

    expect(aws.calls).toEqual([
      {
        operation: 'GetEmailIdentity',
        service: 'ses',
        region: 'us-east-1',
        input: { EmailIdentity: "o'neil+x@bookshelf.example" },
      },
    ]);
  });

  it.each(['CredentialsProviderError', 'NotSignedIn'])(
    'says that there are no credentials (%s), and asks nothing',
    async (name) => {
      aws.answerWith(GOOD);
      const none = caller(() => Promise.reject(Object.assign(new Error('none'), { name })));

      await expect(none(GET_CALLER_IDENTITY)).rejects.toMatchObject({ refusal: 'credentials' });
      expect(aws.calls).toEqual([]);
    },
  );

  it('says that nothing listens there', async () => {
    const nowhere = makeAwsCaller({
      environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      region: REGION,
      credentials: async () => credentials,
      clock: makeFakeClock(),
      randomness: csprng,
    });

    await expect(nowhere(GET_CALLER_IDENTITY)).rejects.toMatchObject({ refusal: 'unreachable', code: 'ECONNREFUSED' });
  });

  it.each([
    [SNS, 'eu-central-1', {}, 'https://sns.eu-central-1.amazonaws.com'],
    [SNS, 'us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://sns.us-gov-west-1.amazonaws.com'],
    [SES, 'eu-central-1', {}, 'https://email.eu-central-1.amazonaws.com'],
    [SMS_VOICE, 'eu-central-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://sms-voice-fips.eu-central-1.amazonaws.com'],
    [CLOUDWATCH, 'us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://monitoring.us-gov-west-1.amazonaws.com'],
    [ACM, 'us-east-1', {}, 'https://acm.us-east-1.amazonaws.com'],
    [LAMBDA, 'cn-north-1', {}, 'https://lambda.cn-north-1.amazonaws.com.cn'],
    [
      SECRETS_MANAGER,
      'us-gov-west-1',
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      'https://secretsmanager-fips.us-gov-west-1.amazonaws.com',
    ],
  ])('finds the host of $name in %s', (api, region, environment, origin) => {
    expect(endpointOf(api, { ...environment, AWS_REGION: region }).url.origin).toBe(origin);
  });

  it.each([
    [{}, []],
    [{ List: '' }, []],
    [{ List: { member: { A: '1' } } }, [{ A: '1' }]],
    [{ List: { member: [{ A: '1' }, { A: '2' }] } }, [{ A: '1' }, { A: '2' }]],
    [{ List: 'text' }, null],
    [{ List: { member: { B: '1' } } }, null],
  ])('reads the list in %j', (answer, list) => {
    const schema = z.object({ List: members(z.object({ A: z.string() })) });

    expect(schema.safeParse(answer).data?.List ?? null).toEqual(list);
  });
});
