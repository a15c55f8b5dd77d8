/** npm run test:mutation: whether the tests of rules, tokens, limits and attempts notice when a line of those is another. */
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EXPLAINED } from './mutation/explained.ts';
import { runStryker } from './mutation/run-stryker.ts';
import { SUBJECTS } from './mutation/subjects.ts';
import { judgeSurvivors, LEAST_SCORE, type Verdict } from './mutation/survivors.ts';

const USAGE = `npm run test:mutation -- [--workers 2] [PATH…]

Changes one place after another in the files of scripts/mutation/subjects.ts, runs the suites of their subject, and fails where a
subject's tests notice fewer than ${LEAST_SCORE} % of the changes, or miss one that scripts/mutation/explained.ts does not explain.
With paths: only the files whose paths begin so.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: 'string', default: '2' }, help: { type: 'boolean', default: false } },
});
const workers = Number(values.workers);
const subjects = SUBJECTS.map((subject) => ({
  ...subject,
  files: globSync([...subject.files]).filter(
    (file) => positionals.length === 0 || positionals.some((path) => file.startsWith(path)),
  ),
})).filter(({ files }) => files.length > 0);
if (values.help || !Number.isInteger(workers) || workers < 1 || subjects.length === 0) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const percent = (score: number | null): string => (score === null ? 'no mutant' : `${score.toFixed(1)} %`);

const summary = ({ detected, undetected, score, holds }: Verdict, name: string): string =>
  `${holds ? 'holds' : 'FAILS'}  ${name}: ${percent(score)}, ${detected} of ${detected + undetected} found`;

const verdicts: { name: string; verdict: Verdict }[] = [];
for (const { name, files, suites } of subjects) {
  console.log(`${name}: ${files.join(', ')}`);
  const outcomes = await runStryker({ files, suites, workers });
  const verdict = judgeSurvivors(
    outcomes,
    EXPLAINED.filter(({ file }) => files.includes(file)),
  );
  for (const { file, line, change, status } of verdict.unexplained) {
    console.log(`not explained, ${status}: ${file}\n  ${line}\n  ${change}`);
  }
  for (const { file, line, change } of verdict.outdated) {
    console.log(`explained, but found or gone: ${file}\n  ${line}\n  ${change}`);
  }
  console.log(summary(verdict, name));
  verdicts.push({ name, verdict });
}

console.log(['', ...verdicts.map(({ name, verdict }) => summary(verdict, name))].join('\n'));
process.exitCode = verdicts.every(({ verdict }) => verdict.holds) ? 0 : 1;
