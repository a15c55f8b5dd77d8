import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'keyturn-lint-'));

/** Lines that the project's own lint rule refuses. */
const refusedLines = (source: string): number[] => {
  copyFileSync(join(root, 'scripts', 'discarded-write.grit'), join(scratch, 'discarded-write.grit'));
  writeFileSync(join(scratch, 'biome.json'), JSON.stringify({ root: true, plugins: ['./discarded-write.grit'] }));
  writeFileSync(join(scratch, 'source.ts'), source);
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--only=plugin', '--reporter=json', 'source.ts'], {
    cwd: scratch,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { start: { line: number } } }[];
  };
  return diagnostics.filter(({ category }) => category === 'plugin').map(({ location }) => location.start.line);
};

describe('a write that is built and discarded', () => {
  afterAll(() => rmSync(scratch, { recursive: true }));

  it.each([
    ['called for nothing', 'raiseEpochAndCountWrite(account);'],
    ['called as a method', 'history.recordEventWrite(event);'],
    ['awaited', 'await consumeVerificationWrite(verification);'],
    ['voided', 'void attempts.forgetWrites(accountId);'],
  ])('is a lint error: %s', (_what, line) => {
    expect(refusedLines(`${line}\n`)).toEqual([1]);
  });

  it.each([
    ['handed on', 'await dynamo.transact([raiseEpochAndCountWrite(account)]);'],
    ['kept', 'const write = raiseEpochAndCountWrite(account);'],
    ['returned', 'export const f = () => raiseEpochAndCountWrite(account);'],
    ['a call for its effect', 'await history.add(event);'],
  ])('is none where it is used: %s', (_what, line) => {
    expect(refusedLines(`${line}\n`)).toEqual([]);
  });
});
