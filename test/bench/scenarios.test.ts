import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countTrips, cpuMsOf } from '../../bench/measure-load.ts';
import { SCENARIOS } from '../../bench/scenarios.ts';
import { openStage, type Stage, type StagedTree } from '../../bench/stage.ts';
import { stopTargets, thisTree } from '../../bench/start-target.ts';
import { openAccount } from '../catalogue/people.ts';
import { builtBundles } from '../support/built-bundles.ts';

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-scenarios-'));
let stage: Stage;
let staged: StagedTree;

beforeAll(async () => {
  await builtBundles();
  stage = await openStage();
  staged = await stage.enter(thisTree, scratch);
});
afterAll(async () => {
  await stage.close();
  stopTargets();
  rmSync(scratch, { recursive: true });
});

describe('the scenarios of the benchmark', () => {
  it.each(SCENARIOS.map((scenario) => ({ ...scenario, scenario })))(
    'do what they measure, by the routes and the mails alone: $flow',
    async ({ flow, scenario }) => {
      const { roundTrips, waits } = await countTrips(scenario, staged);

      const asksTheDatabase = !['describe-service', 'serve-pages'].includes(flow);
      expect(roundTrips > 0).toBe(asksTheDatabase);
      expect(waits).toBeLessThanOrEqual(roundTrips);
    },
  );

  it('have names of their own', () => {
    expect(new Set(SCENARIOS.map(({ flow }) => flow)).size).toBe(SCENARIOS.length);
  });
});

describe('this tree as a target', () => {
  it('serves what is measured in a process of its own, which alone is asked for its time and its memory', async () => {
    const target = await staged.startMeasured();
    const { accountId, session } = await openAccount(staged.service);

    const cpuMs = await cpuMsOf(target, async () => {
      const headers = { authorization: `Bearer ${session.access_token}` };
      await target.call({ method: 'GET', path: `/profile/${accountId}`, headers });
    });
    const { rssBytes, heapBytes } = await target.ask({ ask: 'memory' });

    expect(cpuMs).toBeGreaterThan(0);
    expect(rssBytes).toBeGreaterThan(heapBytes);
  });

  it('names every function with all that its environment needs', () => {
    expect(staged.functions.map(({ name }) => name)).toEqual(expect.arrayContaining(['sign-in', 'guard-origin']));
    for (const { file, environment } of staged.functions) {
      expect(file.startsWith(thisTree.root)).toBe(true);
      expect(Object.values(environment)).not.toContain('');
    }
  });
});
