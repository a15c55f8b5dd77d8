/**
 * npm run bench:scale: whether flows cost the same with a million accounts, whether anything of an account grows, and how
 * people who come at a constant rate are served while five times as many come for a minute.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { localTables } from '../../local/create-tables.ts';
import type { RunningTree } from '../against/measure-flow.ts';
import { CORES, moveTo } from '../cores.ts';
import { type BenchmarkTools, readOrExit, runBenchmark } from '../run-benchmark.ts';
import { SCENARIOS } from '../scenarios.ts';
import { openStage, type Stage, type StagedTree } from '../stage.ts';
import { buildTree, thisTree } from '../start-target.ts';
import { arrivalsOf } from './arrivals.ts';
import { compareSizes, type Sizes } from './compare-sizes.ts';
import { checkCounts, countRows, fillDatabase } from './fill-database.ts';
import { measureGrowth } from './item-growth.ts';
import { accountsNeededBy, runMixedLoad } from './mixed-load.ts';
import { FEW_ACCOUNTS, readScaleArguments, type ScaleArguments, USAGE } from './read-arguments.ts';
import { reportGrowth, reportLoad, reportSizes } from './report-scale.ts';
import { databaseClient, seedAccounts } from './seed-accounts.ts';

const SIZES = ['small', 'again', 'large'] as const;

/** A database of some size with the service on it. */
interface Sized {
  stage: Stage;
  staged: StagedTree;
}

/** Shows what is in progress, on one line of a terminal, and elsewhere where it begins. */
const makeShow = (say: (line: string) => void) => {
  let last = '';
  return (what: string, share: number): void => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${what}: ${(100 * share).toFixed(0)} %${share === 1 ? '\n' : ''}`);
    } else if (what !== last) say(`${what} …`);
    last = what;
  };
};

type Show = ReturnType<typeof makeShow>;

/** Fills the databases, and starts the service on each. */
const openSizes = async (
  accounts: number,
  { scratch, say }: Pick<BenchmarkTools, 'scratch' | 'say'>,
  show: Show,
): Promise<Sizes<Sized>> => {
  const seedStage = await openStage();
  const seed = await seedStage.enter(thisTree, scratch);
  const cloneAccount = await seedAccounts(seedStage, seed);
  await seedStage.close();

  const tables = localTables(seed.place.tablePrefix);
  const fileOf = (size: keyof Sizes<unknown>): string => join(scratch, size, 'database.sqlite');
  for (const size of SIZES) mkdirSync(join(scratch, size));
  const fill = (size: 'small' | 'large', count: number) =>
    fillDatabase({
      accounts: count,
      cloneAccount,
      tables,
      databaseFile: fileOf(size),
      scratch: join(scratch, size),
      show,
    });
  const written = { small: await fill('small', FEW_ACCOUNTS), large: await fill('large', accounts) };
  copyFileSync(fileOf('small'), fileOf('again'));

  const open = async (size: keyof Sizes<unknown>): Promise<Sized> => {
    const stage = await openStage({ databaseFile: fileOf(size) });
    const counted = await countRows(stage.endpoint, tables);
    checkCounts(size === 'large' ? written.large : written.small, counted);
    if (size === 'large') {
      const rows = Object.values(counted).reduce((sum, number) => sum + number, 0);
      say(`${accounts} accounts with ${rows} rows, counted in the database`);
    }
    return { stage, staged: await stage.enter(thisTree, scratch, seed.place) };
  };
  return { small: await open('small'), again: await open('again'), large: await open('large') };
};

const running = async ({ staged }: Sized): Promise<RunningTree> => ({ staged, target: await staged.startMeasured() });

const measure = async (asked: ScaleArguments, tools: BenchmarkTools): Promise<string[]> => {
  const show = makeShow(tools.say);
  const { accounts, flows, rounds, signIns, perSecond, seconds, spike } = asked;
  const plan = { perSecond, seconds, spike };
  tools.say('building …');
  await buildTree(thisTree);
  moveTo(CORES.load);
  const sizes = await openSizes(accounts, tools, show);

  const compared = await compareSizes(
    SCENARIOS.filter(({ flow }) => flows === null || flows.includes(flow)),
    {
      rounds,
      start: async () => ({
        small: await running(sizes.small),
        again: await running(sizes.again),
        large: await running(sizes.large),
      }),
      show,
    },
  );
  const large = await running(sizes.large);
  tools.say('signing one account in again and again …');
  const steps = await measureGrowth({ ...large, client: databaseClient(sizes.large.stage.endpoint) }, signIns);
  tools.say('the mixed load …');
  const load = await runMixedLoad(large, plan);
  for (const size of SIZES) await sizes[size].stage.close();

  const reports = [reportSizes(compared, accounts), reportGrowth(steps), reportLoad(load, plan)];
  for (const { lines } of reports) console.log(['', ...lines].join('\n'));
  return reports.flatMap(({ broken }) => broken);
};

const known = SCENARIOS.map(({ flow }) => flow);
const asked = readOrExit((args) => {
  const read = readScaleArguments(args, known);
  const needed = read ? accountsNeededBy(arrivalsOf(read).length) : 0;
  if (read && needed > read.accounts) throw new Error(`--accounts is ${read.accounts}: a load as long needs ${needed}`);
  return read;
}, USAGE);
await runBenchmark(async (tools) => {
  const broken = await measure(asked, tools);
  console.log(['', ...broken, broken.length === 0 ? 'everything holds' : `${broken.length} do not hold`].join('\n'));
  return broken.length === 0 ? 0 : 1;
});
