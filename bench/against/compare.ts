import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CORES, moveTo } from '../cores.ts';
import { SCENARIOS } from '../scenarios.ts';
import { buildTree, type Tree, thisTree } from '../start-target.ts';
import { TARGETS } from '../targets.ts';
import { type Commit, countUncommitted, findCommit, nodeOf, programOf, shortName, writeFiles } from './checkout.ts';
import { cacheDirectory, installModules, makeRunDirectory, npmCi } from './install-modules.ts';
import type { Pair } from './pair.ts';
import { playRound, type Round } from './play-round.ts';
import { comparisonReport } from './report.ts';
import { summarise } from './summarise.ts';
import { targetReport } from './target-report.ts';

/** What to compare, and where to report progress. */
export interface CompareOptions {
  /** The other commit, as git understands it. */
  ref: string;
  rounds: number;
  /** Upper limit for the ratio of each flow; `null` for none. */
  atMost: number | null;
  /** Whether each ratio is held against its target; memory of functions alone is measured only then. */
  targets: boolean;
  /** `null` for all. */
  flows: readonly string[] | null;
  scratch: string;
  /** Prints a line about the progress. */
  say: (line: string) => void;
  /** Registers cleanup that runs however the process ends. */
  atEnd: (act: () => void) => void;
}

/** Makes a checkout of a commit, with its own dependencies and bundles. */
const buildCommit = async (commit: Commit, { say, atEnd }: CompareOptions): Promise<Tree> => {
  const cache = cacheDirectory(process.env);
  const run = makeRunDirectory(cache);
  atEnd(() => rmSync(run, { recursive: true, force: true }));
  const checkout = join(run, 'checkout');
  writeFiles({ root: thisTree.root, commit, into: checkout });
  const program = programOf(checkout, commit); // before the installation, which takes long
  say(`installing the libraries of ${shortName(commit)} …`);
  atEnd(await installModules({ cache, checkout, install: npmCi }));
  const tree = { name: shortName(commit), root: checkout, program, node: nodeOf(checkout) };
  say(`building ${shortName(commit)} …`);
  await buildTree(tree);
  return tree;
};

const minutes = (milliseconds: number): string => `${Math.max(1, Math.round(milliseconds / 60_000))} min`;

/** Plays the rounds. A flow that failed in one round is left out of the later ones. */
const playRounds = async (
  trees: Pair<Tree>,
  { rounds, targets, flows, scratch, say }: CompareOptions,
): Promise<Round[]> => {
  const isAsked = (flow: string): boolean => flows === null || flows.includes(flow);
  const startedAt = performance.now();
  const played: Round[] = [];
  for (let number = 0; number < rounds; number += 1) {
    const left =
      number === 0 ? '' : `, ${minutes(((performance.now() - startedAt) / number) * (rounds - number))} to go`;
    const about = `round ${number + 1} of ${rounds}${left}`;
    if (!process.stderr.isTTY) say(about);
    const show = (what: string): void => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${about}: ${what}`);
    };
    const failed = new Set(played.flatMap(({ failures }) => [...failures.keys()]));
    const scenarios = SCENARIOS.filter(({ flow }) => isAsked(flow) && !failed.has(flow));
    played.push(
      await playRound({
        trees,
        scenarios,
        number,
        countsTrips: number === 0,
        measuresAlone: targets,
        isLoaded: isAsked,
        scratch,
        show,
      }),
    );
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return played;
};

/**
 * Compares this tree with another commit, and prints the differences.
 *
 * @returns the exit code
 * @throws CannotCompare
 */
export const compareWith = async (options: CompareOptions): Promise<number> => {
  const { root } = thisTree;
  const { ref, atMost, targets, flows, say } = options;
  const commit = findCommit(root, ref);
  const own = findCommit(root, 'HEAD');
  const uncommitted = countUncommitted(root);
  const changes = uncommitted === 0 ? '' : `, with ${uncommitted} uncommitted ${uncommitted === 1 ? 'file' : 'files'}`;
  const names = [`there: ${shortName(commit)} ${commit.subject}`, `here:  ${shortName(own)} ${own.subject}${changes}`];
  for (const name of names) say(name);

  const there = await buildCommit(commit, options);
  say('building this tree …');
  await buildTree(thisTree);
  moveTo(CORES.load);
  const rounds = await playRounds({ there, here: thisTree }, options);
  const summary = summarise(
    rounds,
    SCENARIOS.map(({ flow }) => flow),
  );
  const { lines, exitCode } = comparisonReport({ summary, ref, atMost });
  for (const line of [...names, ...lines]) console.log(line);
  if (!targets) return exitCode;
  const judged = targetReport(
    summary,
    TARGETS.filter(({ flow }) => flows === null || flows.includes(flow)),
  );
  for (const line of judged.lines) console.log(line);
  return judged.exitCode;
};
