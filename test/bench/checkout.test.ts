import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  countUncommitted,
  findCommit,
  nodeOf,
  programOf,
  shortName,
  writeFiles,
} from '../../bench/against/checkout.ts';

const directory = mkdtempSync(join(tmpdir(), 'keyturn-checkout-'));
const root = join(directory, 'repository');

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

const git = (...args: string[]): string => {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
};

const PATH = process.env.PATH;

beforeAll(() => {
  mkdirSync(root);
  git('init', '--quiet', '--initial-branch=main');
  write(join(root, 'shared/a.ts'), 'the first\n');
  git('add', '-A');
  git('commit', '--quiet', '-m', 'feat: the first');
  git('tag', 'v1');
  write(join(root, 'shared/a.ts'), 'the second\n');
  git('commit', '--quiet', '-a', '-m', 'feat: the second');
});
afterEach(() => {
  process.env.PATH = PATH;
  git('checkout', '--quiet', '--force', 'main');
  git('clean', '-qfd');
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('the other commit', () => {
  it.each(['v1', 'HEAD~1', 'main^'])('is found by what git understands: %s', (ref) => {
    const { sha, subject } = findCommit(root, ref);

    expect(sha).toBe(git('rev-parse', 'v1'));
    expect(subject).toBe('feat: the first');
  });

  it.each(['nonesuch', '0123456789abcdef0123456789abcdef01234567', '--output=x', 'HEAD:shared'])(
    'is refused with a sentence where there is none: %s',
    (ref) => {
      expect(() => findCommit(root, ref)).toThrow(`--against: ${JSON.stringify(ref)} is no commit here.`);
    },
  );

  it('may be missing from a shallow clone, which is said', () => {
    const shallow = join(directory, 'shallow');
    git('clone', '--quiet', '--depth=1', '--no-tags', `file://${root}`, shallow);

    expect(() => findCommit(shallow, 'v1')).toThrow('The clone is shallow: git fetch --unshallow gets the rest.');
  });

  it('can not be had outside of a clone, nor without git', () => {
    expect(() => findCommit(directory, 'main')).toThrow('--against needs a clone of the repository');

    process.env.PATH = directory;
    expect(() => findCommit(root, 'main')).toThrow('--against needs git, which is not installed');
  });

  it('is written as it was, and the working tree with what is staged stays as it is', () => {
    write(join(root, 'shared/a.ts'), 'changed\n');
    write(join(root, 'new.ts'), 'new\n');
    git('add', 'new.ts');
    const before = git('status', '--porcelain');
    const into = join(directory, 'written');

    writeFiles({ root, commit: findCommit(root, 'v1'), into });

    expect(readFileSync(join(into, 'shared/a.ts'), 'utf8')).toBe('the first\n');
    expect(existsSync(join(into, 'new.ts'))).toBe(false);
    expect(git('status', '--porcelain')).toBe(before);
    expect(countUncommitted(root)).toBe(2);
  });

  it('has its own program and Node, a program for older commits, or is refused', () => {
    const commit = findCommit(root, 'v1');
    const checkout = join(directory, 'layouts');
    mkdirSync(checkout);

    expect(() => programOf(checkout, commit)).toThrow(`${shortName(commit)} has no bench/target.ts`);

    for (const file of ['bench/handler-process.ts', 'local/load-handlers.ts', 'shared/config/config.ts'])
      write(join(checkout, file), '');
    expect(programOf(checkout, commit)).toBe(join(checkout, 'bench/target.mjs'));
    expect(readFileSync(join(checkout, 'bench/target.mjs'), 'utf8')).toContain('protocol: 1');

    write(join(checkout, 'bench/target.ts'), '');
    expect(nodeOf(checkout)).toBe(process.execPath);
    expect(programOf(checkout, commit)).toBe(join(checkout, 'bench/target.ts'));
  });
});
