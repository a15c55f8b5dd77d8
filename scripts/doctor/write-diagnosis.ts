import { jsonLine, plain } from '../command/terminal-text.ts';
import type { CheckStatus } from './finding.ts';
import type { Checked, Diagnosis } from './run-doctor.ts';

const MARKS: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok     ',
  warn: 'WARN   ',
  fail: 'FAIL   ',
  unknown: 'unknown',
};

const INDENT = ' '.repeat(9);

/** The lines of one check. Records of the DNS, headers and states that AWS tells are texts of others. */
export const writeChecked = ({ title, status, sentence, whatToDo, settles }: Checked): string => {
  const acts = (whatToDo ?? '').split('\n').filter(Boolean);
  return [
    `${MARKS[status]}  ${title}: ${plain(sentence)}`,
    ...acts.map((act) => `${INDENT}do: ${plain(act)}`),
    ...(settles === undefined || status === 'unknown'
      ? []
      : [`${INDENT}settled: ${settles}: ${status === 'ok' ? 'yes' : 'no'}`]),
  ].join('\n');
};

/** The last line. */
export const writeCounts = ({ counts: { ok, warn, fail, unknown } }: Diagnosis): string =>
  `${ok} are right, ${warn} to look at, ${fail} wrong, ${unknown} not found out.`;

/** One object for scripts. */
export const writeJson = ({ checks, ...diagnosis }: Diagnosis): string =>
  jsonLine({
    ...diagnosis,
    checks: checks.map(({ whatToDo, settles = null, ...checked }) => ({ ...checked, what_to_do: whatToDo, settles })),
  });
