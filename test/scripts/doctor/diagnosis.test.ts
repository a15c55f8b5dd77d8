import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT_CHECKS, ALL_OPERATIONS, STACK_CHECKS } from '../../../scripts/doctor/checks.ts';
import { startDoctorWorld } from '../../support/doctor-world.ts';
import { type AwsAnswers, jsonError, queryError, restError } from '../../support/fake-aws.ts';
import { failsWith } from '../../support/fake-server.ts';
import { GOOD, NEW_ACCOUNT } from '../../support/recorded-accounts.ts';
import { describedStack, REGION, xml } from '../../support/recorded-shapes.ts';

const ACCOUNT_IDS = ACCOUNT_CHECKS.map(({ id }) => id);
const STACK_IDS = STACK_CHECKS.map(({ id }) => id);

/** How AWS's services refuse, each in its own protocol. */
const everywhere = (json: string, query: string, status: number): AwsAnswers => {
  const answers: Record<string, () => ReturnType<typeof jsonError>> = {};
  for (const { name, api } of ALL_OPERATIONS) {
    const refuse = { json: jsonError, rest: restError, query: queryError }[api.protocol.kind];
    answers[name] = () => refuse(api.protocol.kind === 'query' ? query : json, '', status);
  }
  return answers;
};

describe('the doctor', () => {
  let world: Awaited<ReturnType<typeof startDoctorWorld>>;
  beforeAll(async () => {
    world = await startDoctorWorld();
  });
  afterAll(() => world.stop());

  it('finds nothing to do in a good account with a good stack, and tells its checks in order', async () => {
    const { diagnosis, told } = await world.examine({});

    expect(told.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(told.map(({ id }) => id)).toEqual(['caller', ...ACCOUNT_IDS, ...STACK_IDS]);
    expect(diagnosis).toMatchObject({ account: '123456789012', region: REGION, stack: 'Keyturn', checks: told });
    expect(diagnosis.counts).toEqual({ ok: told.length, warn: 0, fail: 0, unknown: 0 });
  });

  it('asks only what reads, signed for the service and the region that it asks', async () => {
    await world.examine({});

    const asked = new Set(world.calls.map(({ operation }) => operation));
    const known = new Map(ALL_OPERATIONS.map(({ name, api }) => [name, api.signedAs]));
    expect([...asked].filter((name) => !/^(?:Get|List|Describe|Filter)|^DetectStackDrift$/.test(name))).toEqual([]);
    expect(world.calls.filter(({ operation, service }) => known.get(operation) !== service)).toEqual([]);
    expect(
      new Set(world.calls.map(({ operation, region }) => (operation === 'DescribeCertificate' ? 'edge' : region))),
    ).toEqual(new Set([REGION, 'edge']));
    expect(asked).not.toContain('GetSecretValue');
  });

  it('says of a new account what is to be done before a deployment, and that there is no stack', async () => {
    const { diagnosis, told, of } = await world.examine({
      aws: {
        ...NEW_ACCOUNT,
        DescribeStacks: () => queryError('ValidationError', 'Stack with id Keyturn does not exist'),
      },
    });

    expect(told.map(({ id }) => id)).toEqual(['caller', ...ACCOUNT_IDS]);
    expect(diagnosis.stack).toBeNull();
    expect(Object.fromEntries(told.map(({ id, status }) => [id, status]))).toEqual({
      caller: 'ok',
      'lambda-concurrency': 'fail',
      'ses-sandbox': 'fail',
      'ses-standing': 'ok',
      'ses-plan': 'ok',
      'ses-delivery-mode': 'warn',
      'sms-sandbox': 'fail',
      'sms-spend-limit': 'warn',
      'sms-protect': 'ok',
      'sms-originators': 'ok',
      'sms-delivery-logs': 'warn',
    });
    expect(of('lambda-concurrency').whatToDo).toContain('request-service-quota-increase');
  });

  it('looks at the account alone where it is told to, and asks for no stack', async () => {
    const { diagnosis, told } = await world.examine({ stackName: null });

    expect(told.map(({ id }) => id)).toEqual(['caller', ...ACCOUNT_IDS]);
    expect(diagnosis.stack).toBeNull();
    expect(world.calls.filter(({ service }) => service === 'cloudformation')).toEqual([]);
  });

  it('names the permission that each check lacks, in all three protocols, and goes on', async () => {
    const denied = everywhere('AccessDeniedException', 'AccessDenied', 403);
    const aws = {
      ...denied,
      GetSMSAttributes: () => queryError('AuthorizationError', 'User: arn:x is not authorized', 403),
    };
    const { told, of } = await world.examine({ aws });
    const alone = await world.examine({ aws, stackName: null });

    const asking = told.filter(({ status }) => status === 'unknown');
    expect(told.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    expect(asking.map(({ id }) => id)).toEqual(['caller', ...ACCOUNT_IDS, ...STACK_IDS]);
    expect(of('ses-sandbox').sentence).toContain('ses:GetAccount');
    expect(alone.of('sms-sandbox').sentence).toContain('sns:GetSMSSandboxAccountStatus');
    expect(alone.of('sms-delivery-logs').sentence).toContain('sns:GetSMSAttributes');
    expect(alone.of('sms-protect').sentence).toContain('sms-voice:DescribeAccountAttributes');
    expect(of('stack-drift').sentence).toContain('cloudformation:DescribeStacks');
    expect(of('keyring').whatToDo).toContain('docs/operating.md');
  });

  it('says which permission is missing where the stack can be read and one of its parts can not', async () => {
    const { of, diagnosis } = await world.examine({
      aws: {
        DescribeSecret: () => jsonError('AccessDeniedException'),
        DetectStackDrift: () => queryError('AccessDenied', '', 403),
      },
    });

    expect(of('keyring')).toMatchObject({
      status: 'unknown',
      sentence: expect.stringContaining('secretsmanager:DescribeSecret'),
    });
    expect(of('stack-drift').whatToDo).toContain(
      'cloudformation:DetectStackDrift and cloudformation:DetectStackResourceDrift',
    );
    expect(diagnosis.counts).toMatchObject({ unknown: 2, fail: 0 });
  });

  it.each([
    ['expired', everywhere('ExpiredTokenException', 'ExpiredToken', 403)],
    ['wrong', everywhere('UnrecognizedClientException', 'InvalidClientTokenId', 403)],
    ['signed with a clock that is off', everywhere('RequestTimeTooSkewed', 'SignatureDoesNotMatch', 403)],
  ])('says once that the credentials are %s, and not for every check', async (_what, answers) => {
    const { told, diagnosis } = await world.examine({ aws: answers });

    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      id: 'caller',
      status: 'unknown',
      sentence: expect.stringContaining('does not take your credentials'),
    });
    expect(diagnosis).toMatchObject({ account: null, stack: null });
  });

  it('tries again where AWS throttles, and says so where it goes on', async () => {
    let refused = 0;
    const { of } = await world.examine({
      aws: {
        GetAccountSettings: (input) => {
          refused += 1;
          return refused < 3
            ? restError('TooManyRequestsException', 'Rate exceeded', 429)
            : (GOOD.GetAccountSettings?.(input) ?? restError('x'));
        },
        ListSubscriptionsByTopic: () => queryError('Throttled', 'Rate exceeded', 429),
      },
    });

    expect(of('lambda-concurrency').status).toBe('ok');
    expect(refused).toBe(3);
    expect(of('alarm-subscriptions')).toMatchObject({
      status: 'unknown',
      sentence: 'AWS throttles ListSubscriptionsByTopic.',
    });
    expect(world.calls.filter(({ operation }) => operation === 'ListSubscriptionsByTopic')).toHaveLength(3);
  });

  it.each([
    ['a page of a proxy', '<!DOCTYPE html><p>Blocked'],
    ['the answer of another operation', '<OtherResponse><OtherResult/></OtherResponse>'],
    ['nothing', ''],
    ['JSON of another form', '{"AccountLimit":"many","SendingEnabled":1}'],
    ['an array', '[]'],
  ])('finds nothing out of %s, and quotes none of it', async (_what, body) => {
    const garbled = Object.fromEntries(ALL_OPERATIONS.map(({ name }) => [name, () => ({ body })]));
    const { told } = await world.examine({ aws: garbled });

    expect(told.filter(({ status }) => status !== 'unknown')).toEqual([]);
    expect(JSON.stringify(told)).not.toMatch(/Blocked|OtherR|many/);
  });

  it('says where a service can not be reached, and looks at the others', async () => {
    const { of, diagnosis } = await world.examine({ aws: { GetAccount: () => failsWith(503) } });

    expect(of('ses-plan')).toMatchObject({
      status: 'unknown',
      sentence: expect.stringMatching(/^email gives no answer to GetAccount/),
    });
    expect(of('lambda-concurrency').status).toBe('ok');
    expect(diagnosis.counts.unknown).toBe(4);
  });

  it('says that the release of the stack is another, where its outputs or settings are', async () => {
    const { of } = await world.examine({
      aws: {
        DescribeStacks: () => describedStack({}, { CertificateArn: null }),
        GetFunctionConfiguration: () => ({ body: '{}' }),
      },
    });

    expect(of('certificate').sentence).toBe('The stack Keyturn has no output CertificateArn.');
    expect(of('dmarc')).toMatchObject({
      status: 'unknown',
      whatToDo: expect.stringContaining('the release that is deployed'),
    });
    expect(of('keyring').status).toBe('ok');
  });

  it('reads the settings of the version that is called', async () => {
    await world.examine({});

    const read = world.calls.filter(({ operation }) => operation === 'GetFunctionConfiguration');
    expect(read.map(({ input }) => input)).toEqual([{ FunctionName: 'Keyturn-DeliverMessages', Qualifier: 'live' }]);
  });

  it('says that a stack is none of the service', async () => {
    const { of } = await world.examine({
      aws: { ListStackResources: () => xml('ListStackResources', '<StackResourceSummaries/>') },
    });

    expect(of('dkim').sentence).toBe('The stack Keyturn has no deliver-messages.');
  });

  it('finds nothing out of a resolver that fails, and goes on', async () => {
    const { of } = await world.examine({ zone: null });

    expect(of('dmarc')).toMatchObject({ status: 'unknown', sentence: expect.stringContaining('ESERVFAIL') });
    expect(of('dkim').status).toBe('ok');
  });
});
