import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readArguments } from '../../../scripts/doctor/read-arguments.ts';
import { queryError, startFakeAws } from '../../support/fake-aws.ts';
import { GOOD } from '../../support/recorded-accounts.ts';
import { DEPLOYED, describedStack, environmentOf, REGION } from '../../support/recorded-shapes.ts';
import { makeServiceKeeper, startRunningService } from '../../support/running-service.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe("the doctor's command line", () => {
  it('looks at the stack Keyturn unless another is named, or none', () => {
    expect(readArguments([])).toEqual({ stackName: 'Keyturn', region: undefined, json: false });
    expect(readArguments(['--stack', 'Other', '--region', 'us-gov-west-1', '--json'])).toEqual({
      stackName: 'Other',
      region: 'us-gov-west-1',
      json: true,
    });
    expect(readArguments(['--account-only'])).toMatchObject({ stackName: null });
    expect(readArguments(['--help'])).toBeNull();
  });

  it.each([
    [['--stack', 'Keyturn', '--account-only']],
    [['--stack', 'no stack']],
    [['--stack', '']],
    [['--region', 'evil.example/']],
    [['--region', '']],
    [['--fix']],
    [['Keyturn']],
  ])('refuses %j', (args) => {
    expect(() => readArguments(args)).toThrow();
  });
});

describe('the doctor as a process', () => {
  let aws: Awaited<ReturnType<typeof startFakeAws>>;
  const { keep, stopAll } = makeServiceKeeper();
  beforeAll(async () => {
    aws = await startFakeAws();
  });
  afterAll(async () => {
    await stopAll();
    await aws.stop();
  });

  /** Runs it as `npm run doctor` does, without the profile of who runs the test. */
  const run = (
    args: string[],
    environment: Record<string, string> = {},
  ): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const env = {
        PATH: process.env.PATH,
        HOME: tmpdir(),
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: aws.origin,
        ...environment,
      };
      execFile(process.execPath, ['scripts/doctor.ts', ...args], { cwd: root, env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });

  it('says what is right in sentences, its progress beside, and ends with 0', async () => {
    aws.answerWith(GOOD);

    const { code, out, err } = await run(['--account-only']);

    expect(code).toBe(0);
    expect(out).toContain('ok       Your credentials: You are arn:aws:sts::123456789012:assumed-role/Support/alice');
    expect(out).toContain('settled: Probe 9: mail stays in the region: yes');
    expect(out).toMatch(/\n11 are right, 0 to look at, 0 wrong, 0 not found out\.\n$/);
    expect(err).toMatch(/^\[1\/11\] Your credentials\n(?:\[\d+\/11\] .+\n){10}$/);
  });

  it('writes one object for scripts, says that there is no stack, and ends with 1 where something is wrong', async () => {
    aws.answerWith({
      ...GOOD,
      GetSMSSandboxAccountStatus: () =>
        queryError('AuthorizationError', 'User: arn:secret-name is not authorized', 403),
      DescribeStacks: () => queryError('ValidationError', 'Stack with id Other does not exist'),
    });

    const { code, out, err } = await run(['--stack', 'Other', '--json']);

    const told = JSON.parse(out);
    expect(code).toBe(1);
    expect(told).toMatchObject({
      account: '123456789012',
      region: REGION,
      stack: null,
      counts: { unknown: 1, ok: 10 },
    });
    expect(told.checks[0]).toEqual({
      id: 'caller',
      title: 'Your credentials',
      status: 'ok',
      sentence: expect.any(String),
      what_to_do: null,
      settles: null,
    });
    expect(err).toContain(`There is no stack Other in ${REGION}: the account alone was looked at.`);
    expect(out).not.toContain('secret-name');
  });

  it.each([
    [
      'without credentials',
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      'err',
      'There are no credentials of AWS',
    ],
    ['without a region', { AWS_REGION: '' }, 'err', 'There is no region: give --region'],
    ['with an endpoint that is none', { AWS_ENDPOINT_URL: 'ftp://x' }, 'err', 'an AWS_ENDPOINT_URL must be a URL'],
  ] as const)('says what to do %s, and ends with 1', async (_what, environment, where, says) => {
    aws.answerWith(GOOD);

    const ended = await run(['--account-only'], environment);

    expect(ended.code).toBe(1);
    expect(ended[where]).toContain(says);
    expect(aws.calls).toEqual([]);
  });

  it('takes the region of the command line before that of the environment', async () => {
    aws.answerWith(GOOD);

    await run(['--account-only', '--region', 'us-east-1'], { AWS_REGION: 'eu-west-1' });

    expect(new Set(aws.calls.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
  });

  it('is satisfied with the API of the service itself', async () => {
    const { apiUrl } = keep(await startRunningService());
    aws.answerWith({
      ...GOOD,
      DescribeStacks: () => describedStack({}, { DomainTarget: null, CertificateArn: null, ApiUrl: apiUrl }),
      GetFunctionConfiguration: () => environmentOf({ ...DEPLOYED, publicUrl: apiUrl }),
    });

    const { out } = await run(['--json']);

    const { checks } = JSON.parse(out) as { checks: { id: string; status: string; sentence: string }[] };
    const ofTheApi = checks.filter(({ id }) => /^(?:api-|www-|no-user|issuer|certificate)/.test(id));
    expect(ofTheApi.map(({ id, status }) => [id, status])).toEqual([
      ['certificate', 'ok'],
      ['api-dns', 'ok'],
      ['api-health', 'ok'],
      ['www-authenticate', 'ok'],
      ['no-user-agent', 'ok'],
      ['issuer', expect.stringMatching(/^(?:ok|warn)$/)], // a busy machine may be slower than an authorizer waits
    ]);
    expect(ofTheApi.at(-1)?.sentence).toMatch(/keys are right|The keys came in/);
  });
});
