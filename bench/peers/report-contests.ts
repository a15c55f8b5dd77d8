import type { Sample } from '../against/measure-flow.ts';
import type { Pair } from '../against/pair.ts';
import { interval } from '../against/report.ts';
import { coverageOf, medianOf, spreadOf } from '../statistics.ts';
import { judgeTarget, type TargetVerdict } from '../targets.ts';
import { textTable } from '../text-table.ts';
import type { Contest } from './contests.ts';

/** What the report needs of a contest. */
export type ReportedContest = Pick<Contest, 'name' | 'atMost' | 'signatures' | 'differs'>;

/** CPU of ours, less the signatures that the contest leaves out. */
const oursOf = ({ cpuMs, signMs }: Sample): number => cpuMs - signMs;

const medianMs = (values: readonly number[]): string => medianOf(values).toFixed(2);

const judge = ({ atMost }: ReportedContest, pairs: readonly Pair<Sample>[]) => {
  const ratio = spreadOf(pairs.map(({ there, here }) => oursOf(here) / there.cpuMs));
  return { ratio, verdict: judgeTarget(ratio, atMost) };
};

/**
 * The comparison's lines, and the exit code: 1 where ours costs more than its target, 3 where the rounds can't tell.
 *
 * @param measured for each contest a pair of samples in each round: theirs there, ours here
 */
export const contestReport = (
  measured: readonly { contest: ReportedContest; pairs: readonly Pair<Sample>[] }[],
): { lines: string[]; exitCode: number } => {
  const judged = measured.map(({ contest, pairs }) => ({ contest, pairs, ...judge(contest, pairs) }));
  const rows = judged.map(({ contest, pairs, ratio, verdict }) => [
    contest.name,
    medianMs(pairs.map(({ there }) => there.cpuMs)),
    medianMs(pairs.map(({ here }) => here.cpuMs)),
    contest.signatures > 0 ? medianMs(pairs.map(({ here }) => here.signMs)) : '',
    medianMs(pairs.map(({ there }) => there.hashMs)),
    medianMs(pairs.map(({ here }) => here.hashMs)),
    ratio.median.toFixed(2),
    interval(ratio),
    contest.atMost.toFixed(2),
    verdict,
  ]);
  const has = (wanted: TargetVerdict): boolean => judged.some(({ verdict }) => verdict === wanted);
  const rounds = measured[0]?.pairs.length ?? 0;
  return {
    lines: [
      '',
      ...textTable([
        [
          'server CPU, ms per operation',
          'Better Auth',
          'Keyturn',
          'of it left out',
          'its hash',
          'our hash',
          'ratio',
          `${Math.floor(100 * coverageOf(rounds))} % interval`,
          'at most',
          '',
        ],
        ...rows,
      ]),
      '',
      ...measured.map(({ contest }) => `${contest.name}: ${contest.differs}`),
    ],
    exitCode: has('missed') ? 1 : has('too noisy') ? 3 : 0,
  };
};
