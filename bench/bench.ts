/**
 * npm run bench: the cost of each flow, measured in one run on one machine, so that the ratios hold on any machine. The
 * handlers run bundled, in a process of their own on one core; database, load and proxy share the other. `--save` keeps
 * the figures that `npm run cost` uses; `--against` compares this tree with another commit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotCompare } from './against/cannot-compare.ts';
import { compareWith } from './against/compare.ts';
import { measureColdStarts } from './cold-start.ts';
import { CORES, moveTo } from './cores.ts';
import { measureTree } from './measure-tree.ts';
import { type BenchArguments, readArguments, USAGE } from './read-arguments.ts';
import { printColdStarts, printFlows } from './report.ts';
import { saveMeasured } from './save.ts';
import { SCENARIOS } from './scenarios.ts';
import { openStage } from './stage.ts';
import { buildTree, stopTargets, TargetFailed, thisTree } from './start-target.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readCommandLine = (): BenchArguments | null => {
  try {
    return readArguments(
      process.argv.slice(2),
      SCENARIOS.map(({ flow }) => flow),
    );
  } catch (error) {
    console.error(`${said(error)}\n\n${USAGE}`);
    process.exit(2);
  }
};

const measureAlone = async ({ flows, save }: BenchArguments, scratch: string): Promise<void> => {
  const isAsked = (flow: string): boolean => flows === null || flows.includes(flow);
  say('building …');
  await buildTree(thisTree);
  moveTo(CORES.load);
  const stage = await openStage();
  const staged = await stage.enter(thisTree, scratch);
  const measured = await measureTree({ staged, scenarios: SCENARIOS.filter(({ flow }) => isAsked(flow)), say });
  await stage.close();

  printFlows(measured);
  if (save) await saveMeasured(measured);
  say('cold starts …');
  const functions = staged.functions.filter(({ name }) => isAsked(name));
  printColdStarts(await measureColdStarts(functions, scratch));
};

const asked = readCommandLine();
if (asked === null) {
  console.log(USAGE);
  process.exit(0);
}
const scratch = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
// Runs at every end, Ctrl-C included, so that no process or file is left behind.
const atTheEnd = [() => rmSync(scratch, { recursive: true, force: true })];
process.on('exit', () => {
  stopTargets();
  for (const act of atTheEnd.toReversed()) act();
});
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));
try {
  const { against, flows } = asked;
  if (against)
    process.exitCode = await compareWith({ ...against, flows, scratch, say, atEnd: (act) => void atTheEnd.push(act) });
  else await measureAlone(asked, scratch);
} catch (error) {
  if (!(error instanceof CannotCompare || error instanceof TargetFailed)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof CannotCompare ? error.exitCode : 1;
}
process.exit();
