import { bareMsOf, callsOf, countTrips, cpuMsOf, gatewayMsOf, runCalls } from './measure-load.ts';
import type { Row } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { StagedTree } from './stage.ts';

const HASHES = 40;
const SIGNATURES = 200;
const EMPTY_WARM_UP = 1000;
const EMPTY_REQUESTS = 2000;

/** Measures flows of one tree, each once. @param say reports progress */
export const measureTree = async ({
  staged,
  scenarios,
  say,
}: {
  staged: StagedTree;
  scenarios: readonly Scenario[];
  say: (line: string) => void;
}): Promise<{ rows: Row[]; gatewayMs: number }> => {
  const target = await staged.startMeasured();
  await bareMsOf(target, 'hash', HASHES); // warm-up
  await bareMsOf(target, 'signature', SIGNATURES);
  await gatewayMsOf(target, EMPTY_WARM_UP);
  const gatewayMs = await gatewayMsOf(target, EMPTY_REQUESTS);

  const rows: Row[] = [];
  for (const scenario of scenarios) {
    const { flow, count, aimMs, hashes, signatures = 0, requests = 1, perCall = 1 } = scenario;
    say(`${flow} …`);
    const { warmUp, measured } = callsOf(scenario, count.alone);
    const operate = await scenario.prepare({ service: staged.service, calls: warmUp + measured, perCall });
    const load = { scenario, operate, target };
    await runCalls(load, { from: 0, count: warmUp });

    // Bare hashes and signatures, measured right before and after the flow.
    const bareMs = async () => ({
      hash: hashes > 0 ? hashes * (await bareMsOf(target, 'hash', HASHES)) : 0,
      sign: signatures > 0 ? signatures * (await bareMsOf(target, 'signature', SIGNATURES)) : 0,
    });
    const before = await bareMs();
    let result = { opsPerSecond: 0, p50Ms: 0, p99Ms: 0 };
    const cpuMs = await cpuMsOf(target, async () => {
      result = await runCalls(load, { from: warmUp, count: measured });
    });
    const after = await bareMs();
    rows.push({
      flow,
      ...result,
      opsPerSecond: result.opsPerSecond * perCall,
      requests,
      cpuMs: cpuMs / (measured * perCall),
      aimMs,
      hashMs: (before.hash + after.hash) / 2,
      signMs: (before.sign + after.sign) / 2,
      ...(await countTrips(scenario, staged)),
    });
  }
  target.stop();
  return { rows, gatewayMs };
};
