import { describe, expect, it } from '@jest/globals';
import { type Check, runChecks } from '../../scripts/verify/run-checks.ts';

const passing: Check = { name: 'build', run: async () => null };
const failing: Check = { name: 'costs', run: async () => 'the page is old' };
const throwing: Check = { name: 'deployment', run: () => Promise.reject(new Error('no python3')) };

/** Each look at the clock is a second later. */
const run = async (checks: readonly Check[]) => {
  const lines: string[] = [];
  let nowMs = 0;
  const nextMs = (): number => {
    nowMs += 1000;
    return nowMs;
  };
  const holds = await runChecks(checks, { say: (line) => lines.push(line), nowMs: nextMs });
  return { holds, lines };
};

describe('npm run verify', () => {
  it('says which check is running, how it ended and how long it took', async () => {
    const { holds, lines } = await run([passing]);

    expect(holds).toBe(true);
    expect(lines).toEqual(['[1/1] build …', '[1/1] build: passed (1 s)', 'together: 1 passed, 0 failed']);
  });

  it('goes on after a check that failed or broke off, and ends with the names of both', async () => {
    const { holds, lines } = await run([failing, throwing, passing]);

    expect(holds).toBe(false);
    expect(lines.filter((line) => line.includes('FAILED'))).toEqual([
      '[1/3] costs: FAILED: the page is old (1 s)',
      '[2/3] deployment: FAILED: Error: no python3 (1 s)',
    ]);
    expect(lines.at(-1)).toBe('together: 1 passed, 2 failed (costs, deployment)');
  });
});
