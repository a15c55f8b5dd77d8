import type { Spread } from '../statistics.ts';
import { judgeTarget, type Target, type TargetVerdict } from '../targets.ts';
import { textTable } from '../text-table.ts';
import { interval } from './report.ts';
import type { Summary } from './summarise.ts';

/** The ratio that a target is about; `null` where the rounds have none. */
const ratioOf = ({ flow, measure }: Target, { flows, loadMs, aloneMiB }: Summary): Spread | null => {
  if (measure === 'loading') return loadMs.get(flow)?.ratio ?? null;
  if (measure === 'resident memory') return aloneMiB.get(flow)?.ratio ?? null;
  const summary = flows.find((one) => one.flow === flow);
  return (summary?.beyondSignatureMs ?? summary?.cpuMs)?.ratio ?? null;
};

const cellsOf = (target: Target, ratio: Spread | null, verdict: TargetVerdict): string[] => [
  `${target.measure} of ${target.flow}`,
  target.atMost.toFixed(2),
  ratio?.median.toFixed(2) ?? '',
  ratio ? interval(ratio) : '',
  verdict,
];

/** One line for each target, and the exit code: 1 where one is missed, 3 where the rounds can't tell. */
export const targetReport = (summary: Summary, targets: readonly Target[]): { lines: string[]; exitCode: number } => {
  const judged = targets.map((target) => {
    const ratio = ratioOf(target, summary);
    return { target, ratio, verdict: judgeTarget(ratio, target.atMost) };
  });
  const countOf = (wanted: TargetVerdict): number => judged.filter(({ verdict }) => verdict === wanted).length;
  const undecided = countOf('too noisy') + countOf('not measured');
  return {
    lines: [
      '',
      ...textTable([
        ['target', 'at most', 'ratio', 'interval', ''],
        ...judged.map(({ target, ratio, verdict }) => cellsOf(target, ratio, verdict)),
      ]),
      `${targets.length} targets: ${countOf('met')} met, ${countOf('missed')} missed, ${countOf('too noisy')} too noisy, ${countOf('not measured')} not measured`,
    ],
    exitCode: countOf('missed') > 0 ? 1 : undecided > 0 ? 3 : 0,
  };
};
