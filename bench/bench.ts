/**
 * npm run bench: the cost of each flow, measured in one run on one machine, so that the ratios hold on any machine. The
 * handlers run bundled, in a process of their own on one core; database, load and proxy share the other. `--save` keeps
 * the figures that `npm run cost` uses; `--against` compares this tree with another commit.
 */
import { compareWith } from './against/compare.ts';
import { measureColdStarts } from './cold-start.ts';
import { CORES, moveTo } from './cores.ts';
import { measureTree } from './measure-tree.ts';
import { type BenchArguments, readArguments, USAGE } from './read-arguments.ts';
import { printColdStarts, printFlows } from './report.ts';
import { type BenchmarkTools, readOrExit, runBenchmark } from './run-benchmark.ts';
import { saveMeasured } from './save.ts';
import { SCENARIOS } from './scenarios.ts';
import { openStage } from './stage.ts';
import { buildTree, thisTree } from './start-target.ts';

const measureAlone = async (
  { flows, save }: BenchArguments,
  { scratch, say }: Pick<BenchmarkTools, 'scratch' | 'say'>,
): Promise<void> => {
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

const known = SCENARIOS.map(({ flow }) => flow);
const asked = readOrExit((args) => readArguments(args, known), USAGE);
await runBenchmark(async (tools) => {
  const { against, flows } = asked;
  if (against) return compareWith({ ...against, flows, ...tools });
  await measureAlone(asked, tools);
  return 0;
});
