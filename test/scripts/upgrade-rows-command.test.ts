import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readArguments } from '../../scripts/upgrade-rows/read-arguments.ts';
import { signUp } from '../support/journeys.ts';
import { startWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'keyturn-upgrade-rows-'));
const fileOf = (name: string, content: unknown): string => {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const OUTPUTS = { AccountsTable: 'a', CredentialsTable: 'c', TokensTable: 't', ApiUrl: 'x' };
const TABLES = { accounts: 'a', credentials: 'c', tokens: 't' };
const NAMED = ['--accounts', 'a', '--credentials', 'c', '--tokens', 't'];

afterAll(() => rmSync(directory, { recursive: true }));

describe('the command line of upgrade-rows', () => {
  it('takes the tables from what the deployment has written', () => {
    const file = fileOf('outputs.json', { Keyturn: OUTPUTS, Edge: { WebAclArn: 'x' } });

    expect(readArguments(['--outputs', file])).toEqual({ tables: TABLES, dryRun: false });
  });

  it('takes them by name, and looks only where it is asked to', () => {
    expect(readArguments([...NAMED, '--dry-run'])).toEqual({ tables: TABLES, dryRun: true });
  });

  it('asks which stack is meant where there are two, and takes the one that is named', () => {
    const file = fileOf('two.json', { Test: OUTPUTS, Live: { ...OUTPUTS, TokensTable: 'live' } });

    expect(() => readArguments(['--outputs', file])).toThrow('Test, Live: add --stack <name>');
    expect(readArguments(['--outputs', file, '--stack', 'Live'])).toMatchObject({ tables: { tokens: 'live' } });
  });

  it.each([
    { args: [] },
    { args: ['--accounts', 'a'] },
    { args: ['--outputs', 'x', ...NAMED] },
    { args: ['--outputs', fileOf('one-less.json', { Keyturn: { AccountsTable: 'a', TokensTable: 't' } })] },
    { args: ['--force'] },
  ])('refuses $args', ({ args }) => {
    expect(() => readArguments(args)).toThrow();
  });
});

describe('upgrade-rows as a process', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await signUp(world, 'reader@example.com');
  });
  afterAll(() => world.close());

  const run = (...args: string[]): Promise<{ code: number; output: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, ['scripts/upgrade-rows.ts', ...args], { cwd: root }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });

  it('walks the tables, by the endpoint of its environment', async () => {
    const { accounts, credentials, tokens } = world.tables;
    const Keyturn = { AccountsTable: accounts, CredentialsTable: credentials, TokensTable: tokens };

    const { code, output } = await run('--outputs', fileOf('world.json', { Keyturn }));

    expect(output).toMatch(/^accounts: upgraded 0, 2 of version 2 or newer, \d expire by themselves\ncredentials: /);
    expect(code).toBe(0);
  });

  it('says how it is called, with status 2, when it is called wrongly', async () => {
    const { code, output } = await run('--tabel', 'x');

    expect(code).toBe(2);
    expect(output).toContain('npm run upgrade-rows -- --outputs cdk-outputs.json');
  });

  it('says by name what stopped it, with status 1', async () => {
    const { code, output } = await run('--accounts', 'none', '--credentials', 'none', '--tokens', 'none');

    expect(code).toBe(1);
    expect(output).toContain('upgrade-rows stopped: ResourceNotFoundException');
  });
});
