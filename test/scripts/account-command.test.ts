import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readArguments } from '../../scripts/account/read-arguments.ts';
import { callerIdentity } from '../../scripts/command/operator-act.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { startFakeServer } from '../support/fake-server.ts';
import { signUp } from '../support/journeys.ts';
import { ALICE } from '../support/operator.ts';
import { makeServiceKeeper, startRunningService } from '../support/running-service.ts';
import { eventsOf } from '../support/stored.ts';
import { startWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'keyturn-account-'));
const fileOf = (name: string, content: unknown): string => {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const ID = '0b0e9f0e-8c0b-4d0e-9f0e-8c0b4d0e9f0e';
const OUTPUTS = { AccountsTable: 'a', CredentialsTable: 'c', TokensTable: 't', OutboxTable: 'o', ApiUrl: 'x' };
const TABLES = { accounts: 'a', credentials: 'c', tokens: 't', outbox: 'o' };
const NAMED = ['--accounts', 'a', '--credentials', 'c', '--tokens', 't', '--outbox', 'o'];
const WHY = ['--reason', 'ticket 4711'];

afterAll(() => rmSync(directory, { recursive: true }));

/** Runs the command as `npm run account` does. */
const run = (
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, ['scripts/account.ts', ...args], { cwd: root, env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

describe("the account command's line", () => {
  it('takes the tables from what the deployment has written, or by name', () => {
    const place = { kind: 'tables', tables: TABLES };

    expect(readArguments(['show', ID, '--outputs', fileOf('outputs.json', { Keyturn: OUTPUTS })])).toMatchObject({
      place,
    });
    expect(readArguments(['show', ID, ...NAMED])).toMatchObject({ command: 'show', subject: ID, place, json: false });
  });

  it('takes an act with its reason, for the account of an id in any case', () => {
    expect(readArguments(['reset-factor', ID.toUpperCase(), 'totp', ...WHY, '--yes', '--json', ...NAMED])).toEqual({
      command: 'reset-factor',
      accountId: ID,
      factor: 'totp',
      graceDays: 7,
      reason: 'ticket 4711',
      yes: true,
      json: true,
      place: { kind: 'tables', tables: TABLES },
    });
  });

  it.each(['abc', 'x'.repeat(200), 'Grüße, 世界', '  padded  '])('takes the reason %s', (reason) => {
    expect(readArguments(['suspend', ID, '--reason', reason, ...NAMED])).toMatchObject({ reason: reason.trim() });
  });

  it.each([
    '',
    'ab',
    'x'.repeat(201),
    'two\nlines',
    'a\u0001b',
    'a\u202eb turns round',
    'a\u2028b',
    ' \u2800\u2800\u2800 ',
  ])('refuses the reason %j', (reason) => {
    expect(() => readArguments(['suspend', ID, '--reason', reason, ...NAMED])).toThrow('give a --reason');
  });

  it.each([
    { args: [] },
    { args: ['delete', ID, ...WHY, ...NAMED] },
    { args: ['suspend', ...WHY, ...NAMED] },
    { args: ['suspend', ID, ...NAMED] },
    { args: ['suspend', 'owner@example.com', ...WHY, ...NAMED] },
    { args: ['suspend', ID, 'totp', ...WHY, ...NAMED] },
    { args: ['suspend', ID, ...WHY] },
    { args: ['suspend', ID, ...WHY, '--outputs', 'x', ...NAMED] },
    { args: ['suspend', ID, ...WHY, '--laptop', ...NAMED] },
    { args: ['suspend', ID, ...WHY, '--as', 'bob', ...NAMED] },
    { args: ['suspend', ID, ...WHY, '--laptop', '--as', 'bob\u0001'] },
    { args: ['suspend', ID, ...WHY, '--accounts', 'a'] },
    { args: ['reset-factor', ID, ...WHY, ...NAMED] },
    { args: ['reset-factor', ID, 'recovery_code', ...WHY, ...NAMED] },
    { args: ['reset-factor', ID, 'totp', 'sms', ...WHY, ...NAMED] },
    { args: ['show', ID, ...WHY, ...NAMED] },
    { args: ['find', 'x'.repeat(321), ...NAMED] },
    { args: ['suspend', ID, ...WHY, '--force', ...NAMED] },
  ])('refuses $args', ({ args }) => {
    expect(() => readArguments(args)).toThrow();
  });
});

describe('the account command as a process', () => {
  let world: World;
  let sts: Awaited<ReturnType<typeof startFakeServer>>;
  let asked: { authorization: string; body: string }[];
  let answer: { status: number; body: string };
  let outputs: string;

  beforeAll(async () => {
    world = await startWorld();
    const { accounts, credentials, tokens, outbox } = world.tables;
    const Keyturn = {
      AccountsTable: accounts,
      CredentialsTable: credentials,
      TokensTable: tokens,
      OutboxTable: outbox,
    };
    outputs = fileOf('world.json', { Keyturn });
    asked = [];
    sts = await startFakeServer((request, response) => {
      const respond = async (): Promise<void> => {
        asked.push({ authorization: String(request.headers.authorization), body: await text(request) });
        response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
      };
      void respond();
    });
  });
  afterAll(async () => {
    await sts.stop();
    await world.close();
  });

  /** As STS answers. @see AWS STS API Reference, GetCallerIdentity, "Examples" */
  const identity = (arn: string) => ({
    status: 200,
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AROA:alice</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  });

  const runHere = (...args: string[]) => run([...args, '--outputs', outputs], { AWS_ENDPOINT_URL_STS: sts.origin });

  it('finds, suspends and shows, with who it was by the word of AWS', async () => {
    const { account_id: id } = await signUp(world, 'reader@example.com');
    answer = identity(ALICE);

    const found = await runHere('find', 'reader@example.com');
    const suspended = await runHere('suspend', id, ...WHY, '--yes');
    const shown = await runHere('show', id);

    expect(found).toEqual({ code: 0, out: `${id}\n`, err: '' });
    expect(suspended).toMatchObject({ code: 0, out: expect.stringContaining('The account is suspended') });
    expect(JSON.parse(suspended.err)).toMatchObject({
      event: 'operator-act',
      act: 'suspend',
      by: ALICE,
      reason: 'ticket 4711',
    });
    expect(shown.out).toMatch(/^SUSPENDED +since \d{4}-/m);
    expect(shown.out).toContain(`operator-suspended  by ${ALICE}: ticket 4711`);
    expect(asked).toEqual([
      {
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/eu-west-1\/sts\/aws4_request, SignedHeaders=host;x-amz-date, /,
        ),
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      },
    ]);
  });

  it('does nothing without a yes, nor where AWS does not say who it is', async () => {
    const { account_id: id } = await signUp(world, 'second@example.com');
    answer = identity(ALICE);
    const unasked = await runHere('end-sessions', id, ...WHY, '--json');
    answer = { status: 403, body: '<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>' };
    const unknown = await runHere('end-sessions', id, ...WHY, '--yes');
    answer = identity('arn:aws:iam::1:user/x&lt;y');
    const strange = await runHere('end-sessions', id, ...WHY, '--yes');

    expect([unasked.code, JSON.parse(unasked.out).outcome]).toEqual([1, 'refused']);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringMatching(/STS: InvalidClientTokenId.*AWS_PROFILE/) });
    expect(strange.code).toBe(1);
    expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain('operator-ended-sessions');
  });

  it('has a status for scripts: 1 where nothing was done, 2 where it was called wrongly', async () => {
    expect(await runHere('find', 'nobody@example.com', '--json')).toMatchObject({ code: 1, err: '' });
    expect(await runHere('suspend', ID)).toMatchObject({ code: 2, err: expect.stringContaining('give a --reason') });
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('npx keyturn-account') });
    const lost = await run([
      'show',
      ID,
      '--accounts',
      'none',
      '--credentials',
      'none',
      '--tokens',
      'none',
      '--outbox',
      'none',
    ]);
    expect(lost).toMatchObject({ code: 1, err: expect.stringContaining('account stopped: ResourceNotFoundException') });
  });

  it.each([
    ['eu-central-1', {}, 'https://sts.eu-central-1.amazonaws.com'],
    ['cn-north-1', {}, 'https://sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://sts.us-gov-west-1.amazonaws.com'],
  ])('asks STS of the region %s', async (region, environment, origin) => {
    const { endpointOf } = await import('../../shared/aws/aws-endpoint.ts');
    const { STS } = await import('../../scripts/aws/aws-apis.ts');

    expect(endpointOf(STS, { ...environment, AWS_REGION: region }).url.origin).toBe(origin);
  });

  it('takes the session token of a role along, signed', async () => {
    answer = identity(ALICE);
    const credentials = { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'of a role' };

    const arn = await callerIdentity({
      environment: { AWS_ENDPOINT_URL_STS: sts.origin },
      region: 'eu-west-1',
      credentials: async () => credentials,
      clock: world.clock,
      randomness: csprng,
    });

    expect(arn).toBe(ALICE);
    expect(asked.at(-1)?.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
  });
});

describe("the account command beside a laptop's service", () => {
  const { keep, stopAll } = makeServiceKeeper();
  afterAll(stopAll);

  it('acts on its accounts, as who it is told to be, and not once it has stopped', async () => {
    const service = keep(await startRunningService());
    const { apiUrl, inboxUrl, dataDirectory } = service;
    const post = async (path: string, body: Record<string, string>) =>
      (await (await fetch(`${apiUrl}${path}`, { method: 'POST', body: new URLSearchParams(body) })).json()) as Record<
        string,
        string
      >;
    const email = 'laptop@example.com';
    const mails = async () =>
      (await (await fetch(`${inboxUrl}/messages?to=${email}`)).json()) as { subject: string; text: string }[];
    const mailOf = async (subject: string): Promise<string> => {
      for (;;) {
        const mail = (await mails()).find((one) => one.subject.includes(subject));
        if (mail) return mail.text;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await post('/accounts', { email });
    const [, token = ''] = /token=(\w{26})/.exec(await mailOf('Complete')) ?? [];
    const password = 'correct horse battery';
    const { account_id: id = '' } = await post('/accounts/complete', { token, password });
    const laptop = (...args: string[]) =>
      run([...args, '--laptop'], { DATA_DIR: dataDirectory, AWS_ENDPOINT_URL_DYNAMODB: '' });

    const found = await laptop('find', email);
    const suspended = await laptop('suspend', id, ...WHY, '--yes', '--as', 'alice');
    const refused = await post('/sessions', { email, password });
    await mailOf('is suspended');
    const lifted = await laptop('lift', id, ...WHY, '--yes', '--json');
    const entered = await post('/sessions', { email, password });

    expect(found.out).toBe(`${id}\n`);
    expect(JSON.parse(suspended.err)).toMatchObject({ by: 'laptop:alice', outcome: 'done' });
    expect(refused).toMatchObject({ code: 'not-allowed', hint: 'account-suspended' });
    expect(JSON.parse(lifted.out)).toMatchObject({ act: 'lift', outcome: 'done' });
    expect(entered).toMatchObject({ factors: ['email_code'] }); // no device is known any more
    expect(statSync(join(dataDirectory, 'database-address')).mode & 0o777).toBe(0o600);

    await service.stop();
    expect(await laptop('find', email)).toMatchObject({ code: 1, err: expect.stringContaining('No service runs in') });
  });
});
