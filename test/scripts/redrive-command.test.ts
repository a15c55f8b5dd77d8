import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readArguments } from '../../scripts/redrive/read-arguments.ts';
import { type FakeSqs, startFakeSqs } from '../support/fake-sqs.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { startWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'keyturn-redrive-'));
const fileOf = (name: string, content: unknown): string => {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const OUTPUTS = { OutboxTable: 'the-outbox', DeadLetterQueueUrl: 'https://sqs.example/1/letters', ApiUrl: 'x' };

afterAll(() => rmSync(directory, { recursive: true }));

describe("the redrive's command line", () => {
  it('takes table and queue from what the deployment has written', () => {
    const file = fileOf('outputs.json', { Keyturn: OUTPUTS, Edge: { WebAclArn: 'x' } });

    expect(readArguments(['--outputs', file])).toEqual({
      table: 'the-outbox',
      queueUrl: 'https://sqs.example/1/letters',
      dryRun: false,
    });
  });

  it('takes them by name, and looks only where it is asked to', () => {
    const args = ['--table', 't', '--queue', 'https://q', '--dry-run'];

    expect(readArguments(args)).toEqual({ table: 't', queueUrl: 'https://q', dryRun: true });
  });

  it('asks which stack is meant where there are two, and takes the one that is named', () => {
    const file = fileOf('two.json', { Test: OUTPUTS, Live: { ...OUTPUTS, OutboxTable: 'the-live-one' } });

    expect(() => readArguments(['--outputs', file])).toThrow('Test, Live: add --stack <name>');
    expect(readArguments(['--outputs', file, '--stack', 'Live'])).toMatchObject({ table: 'the-live-one' });
  });

  it.each([
    [],
    ['--table', 't'],
    ['--queue', 'q'],
    ['--outputs', 'x', '--table', 't'],
    ['--outputs', fileOf('none.json', { Other: { ApiUrl: 'x' } })],
    ['--outputs', fileOf('wrong.json', [])],
    ['--force'],
    ['positional'],
  ])('refuses %s %s', (...args) => {
    expect(() => readArguments(args.filter(Boolean))).toThrow();
  });
});

describe('the redrive as a process', () => {
  let world: World;
  let sqs: FakeSqs;

  beforeAll(async () => {
    world = await startWorld();
    sqs = await startFakeSqs(() => 0);
  });
  afterAll(async () => {
    await world.close();
    await sqs.close();
  });

  const run = (...args: string[]): Promise<{ code: number; output: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, AWS_ENDPOINT_URL_SQS: sqs.url };
      execFile(process.execPath, ['scripts/redrive.ts', ...args], { cwd: root, env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });

  it('redrives, by the endpoints of its environment', async () => {
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'reader@example.com' })));
    const aged = fileOf('world.json', {
      World: { OutboxTable: world.tables.outbox, DeadLetterQueueUrl: sqs.queueUrl },
    });

    const { code, output } = await run('--outputs', aged, '--dry-run');

    // The process has the real clock, for which this row is of another time; whether it is under way depends on that.
    expect(code).toBe(0);
    expect(output).toMatch(/^… .* 1\nwould redrive \d, left \d/);
  });

  it('says how it is called, with status 2, when it is called wrongly', async () => {
    const { code, output } = await run('--tabel', 'x');

    expect(code).toBe(2);
    expect(output).toContain('npm run redrive -- --outputs cdk-outputs.json');
  });

  it('says by name what stopped it, with status 1', async () => {
    const { code, output } = await run('--table', 'no-such-table', '--queue', sqs.queueUrl);

    expect(code).toBe(1);
    expect(output).toContain('redrive stopped: ResourceNotFoundException');
  });
});
