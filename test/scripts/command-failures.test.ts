import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { STS } from '../../scripts/aws/aws-apis.ts';
import { type AwsRefusal, AwsRefused } from '../../scripts/aws/aws-operation.ts';
import { explainFailure } from '../../scripts/command/explain-failure.ts';
import { StoreUnavailable } from '../../shared/aws/dynamo.ts';
import { startFakeServer } from '../support/fake-server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const ID = '0b0e9f0e-8c0b-4d0e-9f0e-8c0b4d0e9f0e';

/** What a message of AWS's may quote, and no command may print. */
const QUOTED = 'ada@example.com has the hash $argon2id$';

/** A line of each command. */
const LINES = {
  account: ['show', ID, '--accounts', 'a', '--credentials', 'c', '--tokens', 't', '--outbox', 'o'],
  'after-restore': [
    '--at',
    '2026-01-31T12:00:00Z',
    '--accounts',
    'a',
    '--credentials',
    'c',
    '--outbox',
    'o',
    '--lost',
    '--yes',
  ],
  alarms: [],
  doctor: ['--account-only'],
  redrive: ['--table', 'o', '--queue', 'https://sqs.eu-west-1.amazonaws.com/1/letters', '--dry-run'],
  suppression: ['clear', 'ada@example.com', '--table', 'a', '--yes'],
  'upgrade-rows': ['--accounts', 'a', '--credentials', 'c', '--tokens', 't', '--dry-run'],
} as const;

type CommandName = keyof typeof LINES;

const IDENTITY =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ada</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

describe('a command of an operator that AWS refuses', () => {
  let aws: Awaited<ReturnType<typeof startFakeServer>>;
  let answer: { status: number; name: string };
  /** Whether STS says who the caller is. */
  let isKnown = true;
  let regions: string[];
  const home = mkdtempSync(join(tmpdir(), 'keyturn-no-home-'));

  beforeAll(async () => {
    aws = await startFakeServer((request, response) => {
      const [, region = ''] = /Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(String(request.headers.authorization)) ?? [];
      regions.push(region);
      if (isKnown && request.headers['content-type'] === 'application/x-www-form-urlencoded') {
        response.writeHead(200, { 'content-type': 'text/xml' }).end(IDENTITY); // the only call of this protocol before others
        return;
      }
      const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${answer.name}`, message: QUOTED });
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
    });
  });
  afterAll(async () => {
    await aws.stop();
    rmSync(home, { recursive: true });
  });

  /** Without any credentials of this machine, unless they are given. */
  const run = (
    name: CommandName,
    { args = [], environment = {} }: { args?: string[]; environment?: Record<string, string> } = {},
  ) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      regions = [];
      const env = {
        PATH: process.env.PATH,
        HOME: home,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: aws.origin,
        ...environment,
      };
      const line = [`scripts/${name}.ts`, ...LINES[name], ...args];
      execFile(process.execPath, line, { cwd: root, env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });

  const SIGNED_IN = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' };

  it.each(['account', 'after-restore', 'alarms', 'redrive', 'upgrade-rows'] as const)(
    '%s says that credentials have expired, and nothing of what the answer quotes',
    async (name) => {
      answer = { status: 400, name: 'ExpiredTokenException' };

      const { code, out, err } = await run(name, { environment: SIGNED_IN });

      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(
        new RegExp(`^${name} stopped: ExpiredTokenException\\. The credentials have expired: sign in`),
      );
      expect(err).not.toContain('ada@');
    },
  );

  it.each([
    ['UnrecognizedClientException', 'is AWS_PROFILE the one that is meant'],
    ['AccessDeniedException', '--help says what the command needs'],
    ['ResourceNotFoundException', 'check --region, --stack'],
  ])('account explains %s', async (name, advice) => {
    answer = { status: 400, name };

    const { code, err } = await run('account', { environment: SIGNED_IN });

    expect([code, err]).toEqual([1, expect.stringContaining(advice)]);
    expect(err).not.toContain('ada@');
  });

  it('after-restore says that AWS does not say who acts, and does nothing', async () => {
    answer = { status: 403, name: 'ExpiredToken' };
    isKnown = false;

    const { code, out, err } = await run('after-restore', { environment: SIGNED_IN });
    isKnown = true;

    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^AWS does not say who you are \(STS: \w+\)\. .*Nothing was done\.\n$/);
    expect(err).not.toContain('ada@');
  });

  it('doctor says at each check what may not be called, and ends with status 1', async () => {
    answer = { status: 400, name: 'AccessDeniedException' };

    const { code, out, err } = await run('doctor', { environment: SIGNED_IN });

    expect(code).toBe(1);
    expect(out).toContain('Your credentials may not call ');
    expect([out, err].join()).not.toContain('ada@');
  });

  it('suppression says that SES refuses', async () => {
    answer = { status: 403, name: 'AccessDeniedException' };

    const { code, err } = await run('suppression', {
      environment: { ...SIGNED_IN, AWS_ENDPOINT_URL_SESV2: aws.origin },
    });

    expect(code).toBe(1);
    expect(err).toContain('suppression stopped: SuppressionsUnavailable (Status403). The credentials may not do that');
  });

  it.each(Object.keys(LINES) as CommandName[])(
    '%s says that there are no credentials, or no region, before it asks AWS anything',
    async (name) => {
      const nobody = await run(name, { environment: { AWS_REGION: 'eu-west-1' } });
      const asked = [...regions];
      const { AWS_REGION: _, ...elsewhere } = SIGNED_IN;
      const nowhere = await run(name, { environment: elsewhere });

      expect([nobody.code, nobody.err]).toEqual([1, expect.stringMatching(/^There are no credentials of AWS: \S/)]);
      expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringMatching(/^There is no region: give --region/)]);
      expect([asked, regions]).toEqual([[], []]);
    },
  );

  it.each(['account', 'after-restore', 'alarms', 'doctor', 'redrive', 'upgrade-rows'] as const)(
    '%s asks in the region that is named',
    async (name) => {
      answer = { status: 400, name: 'ResourceNotFoundException' };

      await run(name, { args: ['--region', 'ap-southeast-2'], environment: SIGNED_IN });

      expect(new Set(regions)).toEqual(new Set(['ap-southeast-2']));
    },
  );
});

describe('what is said of a failure', () => {
  it('has the name of what is behind an outage', () => {
    expect(explainFailure(new StoreUnavailable('TimeoutError'))).toEqual({
      name: 'StoreUnavailable (TimeoutError)',
      advice: expect.stringContaining('did not answer'),
    });
  });

  it.each<[code: string, refusal: AwsRefusal, advice: string | null]>([
    ['AuthorizationErrorException', 'denied', 'may not do that'],
    ['AuthorizationError', 'denied', 'may not do that'],
    ['UnauthorizedOperation', 'denied', 'may not do that'],
    ['IncompleteSignature', 'credentials', 'does not know these credentials'],
    ['MissingAuthenticationToken', 'credentials', 'does not know these credentials'],
    ['RequestTimeTooSkewed', 'credentials', 'the clock of this machine'],
    ['RequestInTheFuture', 'credentials', 'the clock of this machine'],
    ['ExpiredToken', 'credentials', 'have expired'],
    ['NotSignedIn', 'credentials', 'sign in to AWS again'],
    ['ENOTFOUND', 'unreachable', 'did not answer'],
    ['ECONNREFUSED', 'unreachable', 'did not answer'],
    ['InternalFailure', 'unreachable', 'did not answer'],
    ['Throttling', 'throttled', 'wait a minute'],
    ['ResourceNotFoundException', 'refused', 'no such resource'],
    ['UnusableAnswer', 'garbled', null],
    ['constructor', 'refused', null],
  ])('has the code of AWS, and what to do about it: %s', (code, refusal, advice) => {
    const operation = { api: STS, name: 'GetCallerIdentity', actions: ['sts:GetCallerIdentity'] } as const;
    const refused = new AwsRefused({ ...operation, answer: z.unknown() }, { refusal, code, message: QUOTED });

    expect(explainFailure(refused)).toEqual({
      name: code,
      advice: advice === null ? null : expect.stringContaining(advice),
    });
  });

  it('has nothing of a message that is not ours', () => {
    expect(explainFailure(new Error(QUOTED))).toEqual({ name: 'Error', advice: null });
    expect(explainFailure(QUOTED)).toEqual({ name: 'unknown error', advice: null });
  });
});
