import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the types of the browser', () => {
  it('are a part of the real DOM, so that the script is checked against what browsers have', () => {
    const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'web'], {
      cwd: root,
      encoding: 'utf8',
    });

    expect(tsc.stdout).toBe('');
    expect(tsc.status).toBe(0);
  });
});
